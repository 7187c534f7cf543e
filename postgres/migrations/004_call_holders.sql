-- Who holds a call: a connection that ends with its process, so that the others
-- learn of a death in milliseconds, and the token by which Temporal knows the call.
alter table model_calls
    add column holder     text not null default '',
    add column task_token bytea,
    add column renewed_at timestamptz not null default now();
create index model_calls_by_claim on model_calls (claimed_at);

---- create above / drop below ----

alter table model_calls drop column holder, drop column task_token, drop column renewed_at;
