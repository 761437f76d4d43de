-- The answers of writes, for those who ask again with the same key. `fingerprint` tells whether the
-- request is the same; `status` is gRPC's; `answer` is the message of an OK, and else the details of
-- the error that `message` names.
CREATE TABLE trunkline.idempotency_keys (
  caller text NOT NULL,
  key text NOT NULL,
  method text NOT NULL,
  fingerprint bytea NOT NULL,
  status integer NOT NULL,
  answer bytea,
  message text,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  expires_at timestamp with time zone NOT NULL,
  PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_keys__idx__expires_at ON trunkline.idempotency_keys (expires_at);
