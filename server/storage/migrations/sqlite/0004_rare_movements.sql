-- What few movements have is found without walking through all of them: an amount, a kind of movement.
CREATE INDEX wallet_transactions_amount ON wallet_transactions (organisation_id, amount, id);
CREATE INDEX wallet_transactions_kind ON wallet_transactions (organisation_id, source, type, currency, id);
