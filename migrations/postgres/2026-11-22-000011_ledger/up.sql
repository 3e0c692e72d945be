-- Double-entry books: transactions and postings are only ever added, an account's running totals are
-- kept beside them. Provider accounts are what the payment party holds for us and may not be overdrawn;
-- all others are what is owed to somebody and may not fall below zero.

CREATE TABLE ledger_accounts (
    id uuid NOT NULL PRIMARY KEY,
    kind text COLLATE "C" NOT NULL CONSTRAINT ledger_accounts_kind_known CHECK (kind IN (
        'provider', 'buyer_hold', 'refund_payable', 'farmer_payable', 'payout', 'coop_fee', 'packing', 'freight',
        'inspection', 'collective_fund', 'loss_reserve', 'platform_cost'
    )),
    owner text COLLATE "C" NOT NULL,
    debit_fen bigint NOT NULL,
    credit_fen bigint NOT NULL,
    CONSTRAINT ledger_accounts_once UNIQUE (kind, owner),
    CONSTRAINT ledger_accounts_never_overdrawn CHECK (
        CASE WHEN kind = 'provider' THEN debit_fen >= credit_fen ELSE credit_fen >= debit_fen END
    )
);

CREATE TABLE ledger_transactions (
    id uuid NOT NULL PRIMARY KEY,
    kind text COLLATE "C" NOT NULL CONSTRAINT ledger_transactions_kind_known CHECK (kind IN (
        'payment', 'refund_owed', 'refund_paid', 'settlement', 'payout_sent', 'payout_confirmed', 'payout_bounced', 'reversal'
    )),
    command_key text COLLATE "C" NOT NULL CONSTRAINT ledger_transactions_command_once UNIQUE,
    order_id uuid REFERENCES orders (id),
    village_code text COLLATE "C" NOT NULL REFERENCES regions (code),
    stream_id uuid REFERENCES streams (id),
    reverses_id uuid CONSTRAINT ledger_transactions_reversed_once UNIQUE REFERENCES ledger_transactions (id),
    day text COLLATE "C" NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX ledger_transactions_day ON ledger_transactions (day, village_code);
CREATE INDEX ledger_transactions_village ON ledger_transactions (village_code, day);
CREATE INDEX ledger_transactions_order ON ledger_transactions (order_id);
CREATE INDEX ledger_transactions_stream ON ledger_transactions (stream_id);

CREATE TABLE ledger_postings (
    transaction_id uuid NOT NULL REFERENCES ledger_transactions (id),
    line_no bigint NOT NULL,
    account_id uuid NOT NULL REFERENCES ledger_accounts (id),
    debit_fen bigint NOT NULL,
    credit_fen bigint NOT NULL,
    PRIMARY KEY (transaction_id, line_no),
    CONSTRAINT ledger_postings_one_side CHECK (
        (debit_fen > 0 AND credit_fen = 0) OR (debit_fen = 0 AND credit_fen > 0)
    )
);
CREATE INDEX ledger_postings_account ON ledger_postings (account_id);

CREATE TRIGGER ledger_transactions_append_only BEFORE UPDATE OR DELETE ON ledger_transactions
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_postings_append_only BEFORE UPDATE OR DELETE ON ledger_postings
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
