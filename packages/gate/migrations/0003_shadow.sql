-- Up Migration

-- What is asked in shadow has stages of its own and is never the last decision of anything.
ALTER TABLE stage_starts ADD COLUMN mode text NOT NULL DEFAULT 'enforced' CHECK (mode IN ('enforced', 'shadow'));
ALTER TABLE stage_starts DROP CONSTRAINT stage_starts_pkey;
ALTER TABLE stage_starts ADD PRIMARY KEY (tenant, service, release_id, environment, stage, pod_template_hash, mode);
ALTER TABLE decisions ADD COLUMN mode text GENERATED ALWAYS AS (decision ->> 'mode') STORED;

-- Down Migration

ALTER TABLE decisions DROP COLUMN mode;
DELETE FROM stage_starts WHERE mode = 'shadow';
ALTER TABLE stage_starts DROP CONSTRAINT stage_starts_pkey;
ALTER TABLE stage_starts ADD PRIMARY KEY (tenant, service, release_id, environment, stage, pod_template_hash);
ALTER TABLE stage_starts DROP COLUMN mode;
