-- The same rosters in PostgreSQL, as somebody would lay them out who means them to
-- be fast: keys and orders of every list are indexed, Chinese text is searched by
-- its bigrams under one GIN index with the district in front.

create extension btree_gin;

create function bigrams(words text) returns text[] language sql immutable parallel safe as $$
  select coalesce(array_agg(distinct substr(word, i, 2)), '{}')
  from regexp_split_to_table(words, '\s+') word, generate_series(1, greatest(length(word) - 1, 1)) i
  where word <> ''
$$;

create function all_of(words text) returns tsquery language sql immutable parallel safe as $$
  select string_agg(quote_literal(gram), ' & ')::tsquery from unnest(bigrams(words)) gram
$$;

create table district (
  code text primary key,
  name text not null
);

create table organization (
  id text primary key,
  name text not null,
  district_code text not null references district
);

create table mediator (
  id text primary key,
  registration_no text not null unique,
  name text not null,
  name_order text collate "C" not null, -- pinyin, then id
  status text not null,
  level text not null,
  source text,
  title text,
  updated_at timestamptz not null,
  district_code text not null references district,
  organization_id text not null references organization,
  specialties text[] not null,
  phone text,
  words text not null,
  search tsvector generated always as (array_to_tsvector(bigrams(words))) stored
);

create index on organization (district_code);
create index on mediator (organization_id);
create index on mediator (district_code, status, name_order, id);
create index on mediator (status, name_order, id);
create index on mediator using gin (district_code, search) with (fastupdate = off);

comment on column mediator.search is '@behavior -*';
comment on column mediator.words is '@behavior -*';

create function find_mediators(district text, words text) returns setof mediator language sql stable parallel safe as $$
  select * from mediator where district_code = find_mediators.district and search @@ all_of(find_mediators.words)
$$;

create type specialty_count as (district text, specialty text, mediators int);

create function statistics(of_status text) returns setof specialty_count language sql stable parallel safe as $$
  select district_code, specialty, count(*)::int
  from mediator, unnest(specialties) specialty
  where status = of_status
  group by district_code, specialty
  order by district_code, specialty
$$;
