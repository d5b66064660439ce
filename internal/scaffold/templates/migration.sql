-- +goose Up

create table {{.Table}} (
  org_id uuid not null,
  id uuid not null,
  version bigint not null,
  create_time timestamptz not null,
  update_time timestamptz not null,
  archive_time timestamptz,
{{- range .Fields}}
{{- if eq .Type "text"}}
  {{.Name}} text not null,
{{- if .Unique}}
  {{.Name}}_key text not null generated always as (lower({{.Name}})) stored,
{{- end}}
{{- else if eq .Type "int32"}}
  {{.Name}} integer not null,
{{- else if eq .Type "int64"}}
  {{.Name}} bigint not null,
{{- else if eq .Type "bool"}}
  {{.Name}} boolean not null,
{{- else if eq .Type "date"}}
  {{.Name}} date{{if or .Required .Never}} not null{{end}},
{{- else if eq .Type "money"}}
  {{.Name}}_currency text{{if .Required}} not null{{end}},
  {{.Name}}_minor bigint{{if .Required}} not null{{end}},
{{- else}}
  {{.Name}} uuid{{if .Required}} not null{{end}},
{{- end}}
{{- end}}
{{- $r := .}}
  constraint {{.Plural}}_pkey primary key (org_id, id)
{{- range .Fields}}{{if .Table}},
  constraint {{$r.Plural}}_{{.Short}}_exists foreign key (org_id, {{.Name}}) references {{.Table}} (org_id, id)
{{- end}}{{end}}
);
comment on table {{.Table}} is '{{.Described}}';
{{- range .Fields}}
{{- if .Unique}}
create unique index {{$r.Plural}}_{{.Short}}_taken on {{$r.Table}} (org_id, {{.Name}}_key){{if not .Required}} where {{.Name}}_key <> ''{{end}};
{{- end}}
{{- if .Sort}}
create index {{$r.Plural}}_by_{{.Name}} on {{$r.Table}} (org_id, {{.Name}}, id);
{{- end}}
{{- if .Table}}
create index {{$r.Plural}}_by_{{.Short}} on {{$r.Table}} (org_id, {{.Name}}){{if not .Required}} where {{.Name}} is not null{{end}};
{{- end}}
{{- end}}
select platform.tenant_table('{{.Table}}', 'select, insert, update, delete');

-- +goose Down
drop table {{.Table}};
