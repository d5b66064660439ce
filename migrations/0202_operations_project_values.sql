-- +goose Up
-- Every project is a value of the built-in dimension PROJECT, under the same key. The identifier is the key in
-- Crockford base32, five bits a character.
insert into finance.dimension_values (org_id, id, version, create_time, update_time, archive_time, dimension_id, display_name, code, description, subject_id)
select r.org_id, r.id, 1, r.create_time, now(), r.archive_time, d.id, r.display_name, r.code, '', 'prj_' || e.encoded
from operations.projects r
join finance.dimensions d on d.org_id = r.org_id and d.kind = 'PROJECT'
cross join lateral (
  select string_agg(substr('0123456789abcdefghjkmnpqrstvwxyz', 1 + substring(b'00' || ('x' || replace(r.id::text, '-', ''))::bit(128) from 1 + 5 * i for 5)::bit(5)::integer, 1), '' order by i) as encoded
  from generate_series(0, 25) i
) e;

-- +goose Down
select;
