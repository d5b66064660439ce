-- +goose Up
-- A function with which a server checks that it can write, and not only connect.

create table platform.write_probe (
  singleton boolean not null default true,
  probe_time timestamptz not null,
  constraint write_probe_pkey primary key (singleton),
  constraint write_probe_is_one check (singleton)
);
comment on table platform.write_probe is 'One row: when a server last tried to write.';
insert into platform.write_probe (probe_time)
values (now());

-- +goose StatementBegin
create function platform.probe_write() returns void
language plpgsql security definer
set search_path = pg_catalog
set work_mem = '64kB'
as $$
begin
  update platform.write_probe
  set probe_time = clock_timestamp();
  -- Beyond work_mem, so that about a megabyte goes to the disk and shows whether it is full: an updated row alone finds
  -- room in its page.
  perform count(*)
  from generate_series(1, 50000);
end
$$;
-- +goose StatementEnd
comment on function platform.probe_write() is 'Fails when the database cannot write: read-only, on a full disk, or with a broken procedural language.';
revoke all on function platform.probe_write() from public;
grant execute on function platform.probe_write() to backoffice_app;

-- +goose Down
drop function platform.probe_write();
drop table platform.write_probe;
