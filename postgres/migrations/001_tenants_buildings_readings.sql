create table tenants (
    id         text primary key,
    name       text not null,
    created_at timestamptz not null default now()
);
insert into tenants (id, name) values ('default', 'Default');

create table buildings (
    tenant          text not null references tenants (id),
    id              text not null check (id ~ '^[a-z0-9][a-z0-9_.-]{0,99}$'),
    name            text not null,
    use             text not null default '',
    area_m2         double precision not null default 0 check (area_m2 >= 0 and area_m2 < 'Infinity'), -- not NaN either: it sorts above
    timezone        text not null,
    price_per_kwh   numeric check (price_per_kwh >= 0 and price_per_kwh < 'Infinity'),
    currency        text not null default '',
    price_source    text not null default '',
    privacy         text not null default 'private' check (privacy in ('private', 'deidentified', 'public')),
    weather_station text not null default '',
    source          text not null default '',
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    primary key (tenant, id)
);

create table meters (
    tenant     text not null,
    id         text not null,
    no         bigint generated always as identity unique, -- the short key of the readings
    building   text not null,
    commodity  text not null,
    unit       text not null,
    interval_s integer not null check (interval_s between 60 and 86400),
    version    bigint not null default 0, -- grows with every import that changed a reading
    first_at   timestamptz,               -- start of the first reading
    end_at     timestamptz,               -- end of the last reading
    readings   bigint not null default 0,
    created_at timestamptz not null default now(),
    foreign key (tenant, building) references buildings (tenant, id)
);
create index meters_by_building on meters (tenant, building, commodity);
alter table meters add primary key (tenant, id);

-- Long format, instants in UTC; a row is the energy of the interval that starts at "at".
-- Monthly partitions are made by the import that needs them.
create table readings (
    tenant text not null,
    meter  bigint not null,
    at     timestamptz not null,
    value  double precision not null,
    primary key (meter, at)
) partition by range (at);

create table weather (
    tenant  text not null references tenants (id),
    station text not null,
    at      timestamptz not null,
    temp_c  double precision not null,
    primary key (tenant, station, at)
);

create table imports (
    tenant    text not null references tenants (id),
    id        uuid not null,
    target    text not null, -- meter id or weather station
    file      text not null,
    sha256    text not null,
    rows      bigint not null,
    added     bigint not null,
    changed   bigint not null,
    unchanged bigint not null,
    refused   bigint not null,
    at        timestamptz not null default now(),
    primary key (tenant, id)
);

---- create above / drop below ----

drop table imports;
drop table weather;
drop table readings;
drop table meters;
drop table buildings;
drop table tenants;
