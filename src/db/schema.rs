//! The tables, once for both databases; `tests/schema` holds that both migration trees give just this.

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

table! {
    use diesel::sql_types::Text;

    installation (key) {
        key -> Text,
        value -> Text,
    }
}

table! {
    use diesel::sql_types::{Nullable, Text};

    regions (code) {
        code -> Text,
        level -> Text,
        parent_code -> Nullable<Text>,
        name -> Text,
        official_name -> Text,
    }
}

table! {
    use diesel::sql_types::Text;

    region_aliases (alias, code) {
        alias -> Text,
        code -> Text,
    }
}

table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    users (id) {
        id -> IdSql,
        phone_sealed -> Binary,
        phone_index -> Binary,
        display_name -> Text,
        password_hash -> Text,
        created_at -> InstantSql,
        email_sealed -> Nullable<Binary>,
        erased_at -> Nullable<InstantSql>,
    }
}

table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    grants (id) {
        id -> IdSql,
        user_id -> IdSql,
        role -> Text,
        region_code -> Text,
        valid_from -> InstantSql,
        valid_until -> Nullable<InstantSql>,
        granted_by -> Nullable<IdSql>,
        granted_at -> InstantSql,
        revoked_at -> Nullable<InstantSql>,
        revoked_by -> Nullable<IdSql>,
    }
}

table! {
    use diesel::sql_types::{Binary, Nullable};
    use crate::kernel::{IdSql, InstantSql};

    refresh_tokens (token_hash) {
        token_hash -> Binary,
        session_id -> IdSql,
        issued_at -> InstantSql,
        expires_at -> InstantSql,
        used_at -> Nullable<InstantSql>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    log_entries (seq) {
        seq -> BigInt,
        subject_kind -> Text,
        subject_id -> IdSql,
        action -> Text,
        from_state -> Nullable<Text>,
        to_state -> Nullable<Text>,
        actor_id -> Nullable<IdSql>,
        actor_role -> Text,
        reason -> Nullable<Text>,
        at -> InstantSql,
        on_behalf_of -> Nullable<IdSql>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    households (id) {
        id -> IdSql,
        village_code -> Text,
        alias -> Text,
        story -> Nullable<Text>,
        members -> Nullable<BigInt>,
        recorded_by -> IdSql,
        created_at -> InstantSql,
        seller_type -> Text,
        credit_code -> Nullable<Text>,
        payee_person_id -> Nullable<IdSql>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Nullable};
    use crate::kernel::{IdSql, InstantSql};

    photos (id) {
        id -> IdSql,
        sha256 -> Binary,
        width -> BigInt,
        height -> BigInt,
        uploaded_by -> IdSql,
        created_at -> InstantSql,
        placeholder -> Nullable<Binary>,
        perceptual_hash -> Nullable<BigInt>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    listings (id) {
        search_no -> BigInt,
        id -> IdSql,
        household_id -> IdSql,
        village_code -> Text,
        state -> Text,
        title -> Text,
        category -> Text,
        unit_label -> Text,
        net_weight_g -> Nullable<BigInt>,
        price_fen -> BigInt,
        farmer_pay_fen -> BigInt,
        quality_bonus_fen -> BigInt,
        coop_fee_fen -> BigInt,
        packing_fen -> BigInt,
        freight_fen -> BigInt,
        inspection_fen -> BigInt,
        collective_fund_fen -> BigInt,
        loss_reserve_fen -> BigInt,
        platform_cost_fen -> BigInt,
        stock_total -> BigInt,
        stock_available -> BigInt,
        author_id -> IdSql,
        reject_reason -> Nullable<Text>,
        created_at -> InstantSql,
        published_at -> Nullable<InstantSql>,
        template_id -> Nullable<IdSql>,
        sale_kind -> Text,
        season -> Nullable<Text>,
        version -> BigInt,
        pending_version -> Nullable<BigInt>,
        exposure -> BigInt,
    }
}

table! {
    use diesel::sql_types::BigInt;
    use crate::kernel::IdSql;

    listing_photos (listing_id, position) {
        listing_id -> IdSql,
        position -> BigInt,
        photo_id -> IdSql,
    }
}

table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    pairings (id) {
        id -> IdSql,
        buyer_id -> IdSql,
        household_id -> IdSql,
        village_code -> Text,
        state -> Text,
        message -> Nullable<Text>,
        requested_at -> InstantSql,
        accepted_at -> Nullable<InstantSql>,
        ended_at -> Nullable<InstantSql>,
    }
}

table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    streams (id) {
        id -> IdSql,
        code -> Text,
        village_code -> Text,
        operator_id -> IdSql,
        state -> Text,
        title -> Text,
        platform -> Text,
        url -> Text,
        host_name -> Text,
        starts_at -> InstantSql,
        ends_at -> InstantSql,
        started_at -> Nullable<InstantSql>,
        ended_at -> Nullable<InstantSql>,
        replay_url -> Nullable<Text>,
        created_at -> InstantSql,
    }
}

table! {
    use diesel::sql_types::BigInt;
    use crate::kernel::IdSql;

    stream_listings (stream_id, position) {
        stream_id -> IdSql,
        position -> BigInt,
        listing_id -> IdSql,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    checkouts (id) {
        id -> IdSql,
        buyer_id -> IdSql,
        state -> Text,
        total_fen -> BigInt,
        address_sealed -> Binary,
        region_code -> Text,
        created_at -> InstantSql,
        expires_at -> InstantSql,
        perishable_rule -> Nullable<Text>,
        perishable_by -> Nullable<IdSql>,
        perishable_at -> Nullable<InstantSql>,
        is_gift -> Bool,
        gift_message_sealed -> Binary,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    orders (id) {
        id -> IdSql,
        number -> Text,
        checkout_id -> IdSql,
        buyer_id -> IdSql,
        village_code -> Text,
        stream_id -> Nullable<IdSql>,
        state -> Text,
        total_fen -> BigInt,
        rule_version -> Text,
        placed_at -> InstantSql,
        freight_fen -> BigInt,
        deposit_fen -> Nullable<BigInt>,
        cycle_id -> Nullable<IdSql>,
        balance_due_at -> Nullable<InstantSql>,
        deliver_on -> Nullable<Text>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::kernel::IdSql;

    order_lines (order_id, line_no) {
        order_id -> IdSql,
        line_no -> BigInt,
        listing_id -> IdSql,
        household_id -> IdSql,
        pairing_id -> Nullable<IdSql>,
        title -> Text,
        unit_label -> Text,
        quantity -> BigInt,
        price_fen -> BigInt,
        farmer_pay_fen -> BigInt,
        quality_bonus_fen -> BigInt,
        coop_fee_fen -> BigInt,
        packing_fen -> BigInt,
        freight_fen -> BigInt,
        inspection_fen -> BigInt,
        collective_fund_fen -> BigInt,
        loss_reserve_fen -> BigInt,
        platform_cost_fen -> BigInt,
        total_fen -> BigInt,
        listing_version -> BigInt,
        estimated_g -> Nullable<BigInt>,
        final_g -> Nullable<BigInt>,
        final_total_fen -> Nullable<BigInt>,
        allocated -> BigInt,
    }
}

table! {
    use diesel::sql_types::{BigInt, Text};

    order_counters (day) {
        day -> Text,
        last -> BigInt,
    }
}

table! {
    use diesel::sql_types::Text;
    use crate::kernel::{IdSql, InstantSql};

    shipments (order_id) {
        order_id -> IdSql,
        carrier -> Text,
        tracking_number -> Text,
        shipped_at -> InstantSql,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    payments (id) {
        id -> IdSql,
        checkout_id -> IdSql,
        provider -> Text,
        state -> Text,
        amount_fen -> BigInt,
        gateway_transaction_id -> Nullable<Text>,
        created_at -> InstantSql,
        completed_at -> Nullable<InstantSql>,
        balance_of_order_id -> Nullable<IdSql>,
        qr_text -> Nullable<Text>,
        pay_url -> Nullable<Text>,
        expires_at -> Nullable<InstantSql>,
        credited_fen -> BigInt,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    refunds (id) {
        id -> IdSql,
        payment_id -> IdSql,
        order_id -> IdSql,
        cause -> Text,
        cause_id -> IdSql,
        state -> Text,
        amount_fen -> BigInt,
        gateway_refund_id -> Nullable<Text>,
        created_at -> InstantSql,
        completed_at -> Nullable<InstantSql>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Text};
    use crate::kernel::IdSql;

    ledger_accounts (id) {
        id -> IdSql,
        kind -> Text,
        owner -> Text,
        debit_fen -> BigInt,
        credit_fen -> BigInt,
    }
}

table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    ledger_transactions (id) {
        id -> IdSql,
        kind -> Text,
        command_key -> Text,
        order_id -> Nullable<IdSql>,
        village_code -> Text,
        stream_id -> Nullable<IdSql>,
        reverses_id -> Nullable<IdSql>,
        day -> Text,
        at -> InstantSql,
    }
}

table! {
    use diesel::sql_types::BigInt;
    use crate::kernel::IdSql;

    ledger_postings (transaction_id, line_no) {
        transaction_id -> IdSql,
        line_no -> BigInt,
        account_id -> IdSql,
        debit_fen -> BigInt,
        credit_fen -> BigInt,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    payouts (id) {
        id -> IdSql,
        code -> Text,
        order_id -> IdSql,
        household_id -> IdSql,
        village_code -> Text,
        state -> Text,
        amount_fen -> BigInt,
        due_at -> InstantSql,
        approved_by -> Nullable<IdSql>,
        approved_at -> Nullable<InstantSql>,
        sent_by -> Nullable<IdSql>,
        sent_at -> Nullable<InstantSql>,
        bank_reference -> Nullable<Text>,
        confirmed_at -> Nullable<InstantSql>,
        attempt -> BigInt,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    jobs (id) {
        id -> IdSql,
        kind -> Text,
        subject_id -> IdSql,
        run_at -> InstantSql,
        attempts -> BigInt,
        last_error -> Nullable<Text>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Text};
    use crate::kernel::{IdSql, InstantSql};

    idempotency_keys (user_id, key) {
        user_id -> IdSql,
        key -> Text,
        request_hash -> Binary,
        status -> BigInt,
        body_sealed -> Binary,
        created_at -> InstantSql,
    }
}

table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    sessions (id) {
        id -> IdSql,
        user_id -> IdSql,
        device -> Text,
        began_at -> InstantSql,
        last_used_at -> InstantSql,
        second_factor_at -> Nullable<InstantSql>,
        ended_at -> Nullable<InstantSql>,
        end_reason -> Nullable<Text>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Nullable};
    use crate::kernel::{IdSql, InstantSql};

    second_factors (user_id) {
        user_id -> IdSql,
        secret_sealed -> Nullable<Binary>,
        pending_sealed -> Nullable<Binary>,
        created_at -> InstantSql,
        confirmed_at -> Nullable<InstantSql>,
        last_step -> Nullable<BigInt>,
    }
}

table! {
    use diesel::sql_types::{Binary, Nullable};
    use crate::kernel::{IdSql, InstantSql};

    recovery_codes (user_id, code_hash) {
        user_id -> IdSql,
        code_hash -> Binary,
        used_at -> Nullable<InstantSql>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary};
    use crate::kernel::InstantSql;

    throttles (throttle_key) {
        throttle_key -> Binary,
        failures -> BigInt,
        last_failure_at -> InstantSql,
        blocked_until -> InstantSql,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    one_time_codes (id) {
        id -> IdSql,
        user_id -> IdSql,
        purpose -> Text,
        code_hash -> Binary,
        phone_sealed -> Nullable<Binary>,
        tries -> BigInt,
        created_at -> InstantSql,
        expires_at -> InstantSql,
    }
}

table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    invitations (id) {
        id -> IdSql,
        token_hash -> Binary,
        role -> Text,
        region_code -> Text,
        valid_until -> Nullable<InstantSql>,
        note -> Nullable<Text>,
        invited_by -> IdSql,
        created_at -> InstantSql,
        expires_at -> InstantSql,
        accepted_by -> Nullable<IdSql>,
        accepted_at -> Nullable<InstantSql>,
        revoked_at -> Nullable<InstantSql>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    helpers (id) {
        id -> IdSql,
        elder_id -> IdSql,
        phone_sealed -> Binary,
        phone_index -> Binary,
        helper_id -> Nullable<IdSql>,
        relation -> Nullable<Text>,
        state -> Text,
        code_hash -> Nullable<Binary>,
        tries -> BigInt,
        invited_at -> InstantSql,
        expires_at -> InstantSql,
        accepted_at -> Nullable<InstantSql>,
        ended_at -> Nullable<InstantSql>,
    }
}

table! {
    use diesel::sql_types::{Binary, Text};
    use crate::kernel::{IdSql, InstantSql};

    notices (id) {
        id -> IdSql,
        channel -> Text,
        message_sealed -> Binary,
        created_at -> InstantSql,
    }
}

table! {
    use diesel::sql_types::{Binary, Bool, Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    household_people (id) {
        id -> IdSql,
        household_id -> IdSql,
        relation -> Text,
        is_minor -> Bool,
        guardian_id -> Nullable<IdSql>,
        name_sealed -> Nullable<Binary>,
        phone_sealed -> Nullable<Binary>,
        phone_index -> Nullable<Binary>,
        id_number_sealed -> Nullable<Binary>,
        id_number_index -> Nullable<Binary>,
        bank_account_sealed -> Nullable<Binary>,
        bank_account_index -> Nullable<Binary>,
        recorded_by -> Nullable<IdSql>,
        created_at -> InstantSql,
        erased_at -> Nullable<InstantSql>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Text};
    use crate::kernel::{IdSql, InstantSql};

    evidence_files (id) {
        id -> IdSql,
        household_id -> IdSql,
        media_type -> Text,
        size_bytes -> BigInt,
        sha256 -> Binary,
        uploaded_by -> IdSql,
        created_at -> InstantSql,
    }
}

table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    consents (id) {
        id -> IdSql,
        household_id -> IdSql,
        person_id -> IdSql,
        purpose -> Text,
        field -> Text,
        medium -> Text,
        evidence_id -> Nullable<IdSql>,
        guardian_id -> Nullable<IdSql>,
        recorded_by -> IdSql,
        granted_at -> InstantSql,
        withdrawn_by -> Nullable<IdSql>,
        withdrawn_at -> Nullable<InstantSql>,
        withdrawal_reason -> Nullable<Text>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Nullable};
    use crate::kernel::{IdSql, InstantSql};

    household_photos (id) {
        id -> IdSql,
        household_id -> IdSql,
        person_id -> IdSql,
        sha256 -> Binary,
        width -> BigInt,
        height -> BigInt,
        uploaded_by -> IdSql,
        created_at -> InstantSql,
        removed_at -> Nullable<InstantSql>,
        placeholder -> Nullable<Binary>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    data_accesses (seq) {
        seq -> BigInt,
        actor_id -> IdSql,
        actor_role -> Text,
        subject_user_id -> Nullable<IdSql>,
        subject_person_id -> Nullable<IdSql>,
        village_code -> Nullable<Text>,
        fields -> Text,
        thing_kind -> Text,
        thing_id -> IdSql,
        reason -> Text,
        at -> InstantSql,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::kernel::InstantSql;

    resealings (column_name) {
        column_name -> Text,
        key_id -> BigInt,
        done -> BigInt,
        total -> BigInt,
        started_at -> InstantSql,
        finished_at -> Nullable<InstantSql>,
        position -> Nullable<Text>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Bool, Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    product_templates (id) {
        id -> IdSql,
        region_code -> Text,
        product -> Text,
        title -> Text,
        category -> Text,
        class -> Text,
        unit_label -> Text,
        base -> Text,
        pack_quantity -> BigInt,
        weight_min_g -> Nullable<BigInt>,
        weight_max_g -> Nullable<BigInt>,
        catch_weight -> Bool,
        season_from -> Nullable<Text>,
        season_until -> Nullable<Text>,
        min_age_days -> Nullable<BigInt>,
        shelf_life_days -> Nullable<BigInt>,
        claim_window_h -> BigInt,
        cost_floor_fen -> Nullable<BigInt>,
        capacity_unit -> Nullable<Text>,
        yield_limit -> Nullable<BigInt>,
        returns_rule -> Text,
        standard -> Nullable<Text>,
        created_by -> IdSql,
        created_at -> InstantSql,
        replaces_id -> Nullable<IdSql>,
        retired_at -> Nullable<InstantSql>,
    }
}

table! {
    use diesel::sql_types::Text;
    use crate::kernel::IdSql;

    template_papers (template_id, kind) {
        template_id -> IdSql,
        kind -> Text,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    listing_versions (listing_id, version) {
        listing_id -> IdSql,
        version -> BigInt,
        author_id -> IdSql,
        created_at -> InstantSql,
        template_id -> Nullable<IdSql>,
        title -> Text,
        category -> Text,
        unit_label -> Text,
        net_weight_g -> Nullable<BigInt>,
        sale_kind -> Text,
        description -> Nullable<Text>,
        origin -> Nullable<Text>,
        label_ingredients -> Nullable<Text>,
        label_producer -> Nullable<Text>,
        label_storage -> Nullable<Text>,
        premium_reason -> Nullable<Text>,
        price_fen -> BigInt,
        farmer_pay_fen -> BigInt,
        quality_bonus_fen -> BigInt,
        coop_fee_fen -> BigInt,
        packing_fen -> BigInt,
        freight_fen -> BigInt,
        inspection_fen -> BigInt,
        collective_fund_fen -> BigInt,
        loss_reserve_fen -> BigInt,
        platform_cost_fen -> BigInt,
        decision -> Nullable<Text>,
        decided_by -> Nullable<IdSql>,
        decided_at -> Nullable<InstantSql>,
        decision_reason -> Nullable<Text>,
        deposit_percent -> Nullable<BigInt>,
    }
}

table! {
    use diesel::sql_types::BigInt;
    use crate::kernel::IdSql;

    listing_version_photos (listing_id, version, position) {
        listing_id -> IdSql,
        version -> BigInt,
        position -> BigInt,
        photo_id -> IdSql,
    }
}

table! {
    use diesel::sql_types::BigInt;
    use crate::kernel::{IdSql, InstantSql};

    uploads (id) {
        id -> IdSql,
        owner_id -> IdSql,
        size_bytes -> BigInt,
        received_bytes -> BigInt,
        created_at -> InstantSql,
        expires_at -> InstantSql,
    }
}

table! {
    use diesel::sql_types::Text;

    search_words (key, word) {
        key -> Text,
        word -> Text,
    }
}

table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    household_categories (id) {
        id -> IdSql,
        household_id -> IdSql,
        category_sealed -> Binary,
        valid_from -> Text,
        valid_until -> Nullable<Text>,
        recorded_by -> IdSql,
        created_at -> InstantSql,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    surveys (id) {
        id -> IdSql,
        household_id -> IdSql,
        template_id -> IdSql,
        season -> Text,
        capacity_units -> BigInt,
        expected_quantity -> BigInt,
        photo_id -> Nullable<IdSql>,
        surveyed_on -> Text,
        note -> Nullable<Text>,
        surveyor_id -> IdSql,
        created_at -> InstantSql,
    }
}

table! {
    use diesel::sql_types::{BigInt, Text};
    use crate::kernel::IdSql;

    capacities (household_id, template_id, season) {
        household_id -> IdSql,
        template_id -> IdSql,
        season -> Text,
        limit_quantity -> BigInt,
        promised_quantity -> BigInt,
        survey_id -> IdSql,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    producing_units (id) {
        id -> IdSql,
        household_id -> IdSql,
        village_code -> Text,
        kind -> Text,
        template_id -> Nullable<IdSql>,
        tag -> Text,
        insured_no -> Nullable<Text>,
        size -> BigInt,
        share_total -> BigInt,
        started_on -> Text,
        state -> Text,
        recorded_by -> IdSql,
        created_at -> InstantSql,
    }
}

table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    producing_unit_events (id) {
        id -> IdSql,
        unit_id -> IdSql,
        kind -> Text,
        happened_on -> Text,
        note -> Nullable<Text>,
        photo_id -> Nullable<IdSql>,
        recorded_by -> IdSql,
        created_at -> InstantSql,
    }
}

table! {
    use diesel::sql_types::{BigInt, Text};
    use crate::kernel::{IdSql, InstantSql};

    price_references (id) {
        id -> IdSql,
        product -> Text,
        region_code -> Text,
        week -> Text,
        per -> Text,
        median_fen -> BigInt,
        sample_count -> BigInt,
        source -> Text,
        source_date -> Text,
        recorded_by -> IdSql,
        created_at -> InstantSql,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    price_verdicts (listing_id, version) {
        listing_id -> IdSql,
        version -> BigInt,
        verdict -> Text,
        ratio_percent -> Nullable<BigInt>,
        reference_id -> Nullable<IdSql>,
        median_fen -> Nullable<BigInt>,
        judged_at -> InstantSql,
    }
}

table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    papers (id) {
        id -> IdSql,
        subject_kind -> Text,
        subject_id -> IdSql,
        village_code -> Text,
        kind -> Text,
        number -> Text,
        issuer -> Nullable<Text>,
        issued_on -> Text,
        valid_until -> Nullable<Text>,
        added_by -> IdSql,
        added_at -> InstantSql,
        withdrawn_at -> Nullable<InstantSql>,
        withdrawn_by -> Nullable<IdSql>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    imports (id) {
        id -> IdSql,
        kind -> Text,
        state -> Text,
        file_name -> Text,
        format -> Text,
        sha256 -> Binary,
        size_bytes -> BigInt,
        rows_total -> BigInt,
        rows_done -> BigInt,
        findings_count -> BigInt,
        errors_count -> BigInt,
        created_by -> IdSql,
        created_at -> InstantSql,
        checked_at -> Nullable<InstantSql>,
        finished_at -> Nullable<InstantSql>,
        schema_version -> BigInt,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::kernel::IdSql;

    import_findings (import_id, seq) {
        import_id -> IdSql,
        seq -> BigInt,
        row_no -> BigInt,
        column_name -> Nullable<Text>,
        severity -> Text,
        code -> Text,
        detail -> Text,
    }
}

table! {
    use diesel::sql_types::Text;
    use crate::kernel::{IdSql, InstantSql};

    order_cycles (id) {
        id -> IdSql,
        village_code -> Text,
        title -> Text,
        state -> Text,
        opens_at -> InstantSql,
        closes_at -> InstantSql,
        report_by -> Text,
        intake_on -> Text,
        dispatch_on -> Text,
        arrival_on -> Text,
        created_by -> IdSql,
        created_at -> InstantSql,
    }
}

table! {
    use diesel::sql_types::BigInt;
    use crate::kernel::{IdSql, InstantSql};

    cart_lines (user_id, listing_id) {
        user_id -> IdSql,
        listing_id -> IdSql,
        quantity -> BigInt,
        seen_version -> BigInt,
        added_at -> InstantSql,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    freight_rules (id) {
        id -> IdSql,
        village_code -> Text,
        effective_from -> Text,
        first_g -> BigInt,
        first_fen -> Nullable<BigInt>,
        further_fen -> Nullable<BigInt>,
        created_by -> IdSql,
        created_at -> InstantSql,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::kernel::IdSql;

    freight_rates (rule_id, province_code) {
        rule_id -> IdSql,
        province_code -> Text,
        first_fen -> Nullable<BigInt>,
        further_fen -> Nullable<BigInt>,
    }
}

table! {
    use diesel::sql_types::{Binary, Bool, Text};
    use crate::kernel::{IdSql, InstantSql};

    addresses (id) {
        id -> IdSql,
        user_id -> IdSql,
        address_sealed -> Binary,
        region_code -> Text,
        is_default -> Bool,
        created_at -> InstantSql,
    }
}

table! {
    use diesel::sql_types::BigInt;
    use crate::kernel::IdSql;

    cycle_listings (cycle_id, listing_id) {
        cycle_id -> IdSql,
        listing_id -> IdSql,
        cap -> BigInt,
        taken -> BigInt,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    transfers (id) {
        id -> IdSql,
        direction -> Text,
        payment_id -> IdSql,
        refund_id -> Nullable<IdSql>,
        village_code -> Text,
        memo -> Text,
        state -> Text,
        amount_fen -> BigInt,
        method -> Nullable<Text>,
        reference -> Nullable<Text>,
        happened_on -> Nullable<Text>,
        recorded_by -> Nullable<IdSql>,
        recorded_at -> Nullable<InstantSql>,
        confirmed_by -> Nullable<IdSql>,
        confirmed_at -> Nullable<InstantSql>,
        created_at -> InstantSql,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    supply_reports (id) {
        id -> IdSql,
        village_code -> Text,
        household_id -> IdSql,
        template_id -> IdSql,
        cycle_id -> Nullable<IdSql>,
        quantity -> BigInt,
        ready_on -> Text,
        note -> Nullable<Text>,
        recorded_by -> IdSql,
        created_at -> InstantSql,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    intakes (id) {
        id -> IdSql,
        village_code -> Text,
        household_id -> IdSql,
        template_id -> IdSql,
        gross_g -> BigInt,
        tare_g -> BigInt,
        net_g -> BigInt,
        counted -> Nullable<BigInt>,
        candled_good -> Nullable<BigInt>,
        candled_bad -> Nullable<BigInt>,
        grade -> Text,
        rejected_quantity -> BigInt,
        reject_reason -> Nullable<Text>,
        accepted_quantity -> BigInt,
        band_reason -> Nullable<Text>,
        scale_id -> Text,
        scale_checked_on -> Nullable<Text>,
        taken_at -> InstantSql,
        recorded_by -> IdSql,
        created_at -> InstantSql,
    }
}

table! {
    use diesel::sql_types::BigInt;
    use crate::kernel::IdSql;

    intake_photos (intake_id, position) {
        intake_id -> IdSql,
        position -> BigInt,
        photo_id -> IdSql,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    batches (id) {
        id -> IdSql,
        code -> Text,
        village_code -> Text,
        template_id -> IdSql,
        household_id -> Nullable<IdSql>,
        intake_id -> Nullable<IdSql>,
        harvested_on -> Text,
        age_days -> Nullable<BigInt>,
        grade -> Text,
        quantity -> BigInt,
        units -> BigInt,
        remaining -> BigInt,
        merged_into -> Nullable<IdSql>,
        created_by -> IdSql,
        created_at -> InstantSql,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    allocations (id) {
        id -> IdSql,
        order_id -> IdSql,
        line_no -> BigInt,
        batch_id -> IdSql,
        household_id -> IdSql,
        village_code -> Text,
        template_id -> IdSql,
        season -> Text,
        quantity -> BigInt,
        reason -> Text,
        rule_version -> Text,
        allocated_by -> Nullable<IdSql>,
        allocated_at -> InstantSql,
        released_at -> Nullable<InstantSql>,
    }
}

table! {
    use diesel::sql_types::BigInt;
    use crate::kernel::IdSql;

    order_line_papers (order_id, line_no, paper_id) {
        order_id -> IdSql,
        line_no -> BigInt,
        paper_id -> IdSql,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    claims (id) {
        id -> IdSql,
        order_id -> IdSql,
        line_no -> BigInt,
        village_code -> Text,
        buyer_id -> IdSql,
        kind -> Text,
        unit -> Text,
        quantity -> BigInt,
        words -> Text,
        state -> Text,
        proposed_fen -> BigInt,
        granted_fen -> BigInt,
        verdict -> Nullable<Text>,
        borne_by -> Text,
        reason -> Nullable<Text>,
        decided_by -> Nullable<IdSql>,
        decided_at -> Nullable<InstantSql>,
        appeal -> Nullable<Text>,
        escalated_at -> Nullable<InstantSql>,
        opened_at -> InstantSql,
    }
}

table! {
    use diesel::sql_types::BigInt;
    use crate::kernel::IdSql;

    claim_photos (claim_id, position) {
        claim_id -> IdSql,
        position -> BigInt,
        photo_id -> IdSql,
    }
}

table! {
    use diesel::sql_types::{BigInt, Text};
    use crate::kernel::{IdSql, InstantSql};

    claim_charges (id) {
        id -> IdSql,
        claim_id -> IdSql,
        order_id -> IdSql,
        account_kind -> Text,
        owner -> Text,
        amount_fen -> BigInt,
        charged_at -> InstantSql,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    reviews (id) {
        id -> IdSql,
        order_id -> IdSql,
        line_no -> BigInt,
        listing_id -> IdSql,
        village_code -> Text,
        buyer_id -> IdSql,
        stars -> BigInt,
        words -> Text,
        written_at -> InstantSql,
        edited_at -> Nullable<InstantSql>,
        reply -> Nullable<Text>,
        replied_by -> Nullable<IdSql>,
        replied_at -> Nullable<InstantSql>,
        removed_reason -> Nullable<Text>,
        removed_by -> Nullable<IdSql>,
        removed_at -> Nullable<InstantSql>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Text};
    use crate::kernel::{IdSql, InstantSql};

    bank_files (id) {
        id -> IdSql,
        number -> Text,
        village_code -> Text,
        payouts_count -> BigInt,
        total_fen -> BigInt,
        sha256 -> Binary,
        created_by -> IdSql,
        created_at -> InstantSql,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::kernel::IdSql;

    bank_file_rows (bank_file_id, line_no) {
        bank_file_id -> IdSql,
        line_no -> BigInt,
        payout_id -> IdSql,
        attempt -> BigInt,
        code -> Text,
        amount_fen -> BigInt,
        outcome -> Nullable<Text>,
        bank_reference -> Nullable<Text>,
        reason -> Nullable<Text>,
    }
}

table! {
    use diesel::sql_types::Binary;
    use crate::kernel::{IdSql, InstantSql};

    bank_results (sha256) {
        sha256 -> Binary,
        bank_file_id -> IdSql,
        imported_by -> IdSql,
        imported_at -> InstantSql,
    }
}

table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    webhooks (id) {
        id -> IdSql,
        region_code -> Text,
        url -> Text,
        secret_sealed -> Binary,
        created_by -> IdSql,
        created_at -> InstantSql,
        disabled_at -> Nullable<InstantSql>,
        disabled_reason -> Nullable<Text>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    webhook_messages (id) {
        id -> IdSql,
        webhook_id -> IdSql,
        event -> Text,
        body -> Text,
        state -> Text,
        attempts -> BigInt,
        last_answer -> Nullable<Text>,
        created_at -> InstantSql,
        done_at -> Nullable<InstantSql>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    inbox_messages (id) {
        id -> IdSql,
        user_id -> Nullable<IdSql>,
        role -> Nullable<Text>,
        region_code -> Nullable<Text>,
        kind -> Text,
        thing_id -> IdSql,
        number -> Nullable<Text>,
        amount_fen -> Nullable<BigInt>,
        created_at -> InstantSql,
    }
}

table! {
    use diesel::sql_types::Text;
    use crate::kernel::{IdSql, InstantSql};

    inbox_marks (user_id, box_name) {
        user_id -> IdSql,
        box_name -> Text,
        read_until -> InstantSql,
    }
}

table! {
    use crate::kernel::{IdSql, InstantSql};

    inbox_silences (user_id) {
        user_id -> IdSql,
        since -> InstantSql,
    }
}

table! {
    use diesel::sql_types::{BigInt, Text};
    use crate::kernel::{IdSql, InstantSql};

    interest_rates (kind, effective_on) {
        kind -> Text,
        effective_on -> Text,
        ppm -> BigInt,
        source -> Text,
        added_by -> IdSql,
        added_at -> InstantSql,
    }
}

table! {
    use diesel::sql_types::{BigInt, Text};
    use crate::kernel::{IdSql, InstantSql};

    order_ends (order_id) {
        order_id -> IdSql,
        id -> IdSql,
        fault -> Text,
        paid_fen -> BigInt,
        delivered_fen -> BigInt,
        interest_fen -> BigInt,
        ended_at -> InstantSql,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::kernel::{IdSql, InstantSql};

    order_changes (id) {
        id -> IdSql,
        order_id -> IdSql,
        line_no -> BigInt,
        state -> Text,
        reason -> Text,
        from_listing_id -> IdSql,
        from_total_fen -> BigInt,
        to_listing_id -> IdSql,
        to_version -> BigInt,
        to_total_fen -> BigInt,
        proposed_by -> IdSql,
        proposed_at -> InstantSql,
        decided_at -> Nullable<InstantSql>,
    }
}

table! {
    use crate::kernel::{IdSql, InstantSql};
    use diesel::sql_types::Text;

    organisations (id) {
        id -> IdSql,
        name -> Text,
        code -> Text,
        region_code -> Text,
        kind -> Text,
        invoice_title -> Text,
        registered_by -> IdSql,
        registered_at -> InstantSql,
    }
}

table! {
    use crate::kernel::{IdSql, InstantSql};
    use diesel::sql_types::{Binary, Nullable, Text};

    organisation_members (id) {
        id -> IdSql,
        organisation_id -> IdSql,
        role -> Text,
        state -> Text,
        phone_sealed -> Binary,
        phone_index -> Binary,
        user_id -> Nullable<IdSql>,
        invited_by -> IdSql,
        invited_at -> InstantSql,
        accepted_at -> Nullable<InstantSql>,
        ended_at -> Nullable<InstantSql>,
    }
}

table! {
    use crate::kernel::{IdSql, InstantSql};
    use diesel::sql_types::{BigInt, Nullable, Text};

    organisation_contracts (id) {
        id -> IdSql,
        organisation_id -> IdSql,
        county_code -> Text,
        state -> Text,
        number -> Text,
        pay_days -> BigInt,
        late_rate_bp -> Nullable<BigInt>,
        limit_fen -> Nullable<BigInt>,
        requested_by -> IdSql,
        requested_at -> InstantSql,
        decided_by -> Nullable<IdSql>,
        decided_at -> Nullable<InstantSql>,
        reason -> Nullable<Text>,
    }
}

table! {
    use crate::kernel::{IdSql, InstantSql};

    left_alone (user_id) {
        user_id -> IdSql,
        since -> InstantSql,
    }
}

table! {
    use crate::kernel::{IdSql, InstantSql};

    organisation_orders (order_id) {
        order_id -> IdSql,
        organisation_id -> IdSql,
        placed_at -> InstantSql,
    }
}

table! {
    use crate::kernel::{IdSql, InstantSql};
    use diesel::sql_types::{BigInt, Nullable, Text};

    invoices (order_id) {
        order_id -> IdSql,
        organisation_id -> IdSql,
        contract_id -> IdSql,
        payment_id -> IdSql,
        village_code -> Text,
        pay_days -> BigInt,
        late_rate_bp -> Nullable<BigInt>,
        amount_fen -> BigInt,
        issued_at -> InstantSql,
        accepted_at -> Nullable<InstantSql>,
        due_on -> Nullable<Text>,
        paid_at -> Nullable<InstantSql>,
        paid_on -> Nullable<Text>,
        interest_fen -> BigInt,
        interest_payment_id -> Nullable<IdSql>,
        interest_paid_at -> Nullable<InstantSql>,
    }
}

joinable!(region_aliases -> regions (code));
joinable!(grants -> regions (region_code));
joinable!(grants -> users (user_id));
joinable!(sessions -> users (user_id));
joinable!(refresh_tokens -> sessions (session_id));
joinable!(second_factors -> users (user_id));
joinable!(invitations -> regions (region_code));
joinable!(invitations -> users (invited_by));
joinable!(helpers -> users (elder_id));
joinable!(log_entries -> users (actor_id));
joinable!(households -> regions (village_code));
joinable!(households -> users (recorded_by));
joinable!(household_people -> households (household_id));
joinable!(evidence_files -> households (household_id));
joinable!(consents -> households (household_id));
joinable!(consents -> household_people (person_id));
joinable!(household_photos -> households (household_id));
joinable!(household_photos -> household_people (person_id));
joinable!(data_accesses -> users (actor_id));
joinable!(photos -> users (uploaded_by));
joinable!(listings -> households (household_id));
joinable!(listings -> regions (village_code));
joinable!(listings -> users (author_id));
joinable!(listing_photos -> listings (listing_id));
joinable!(listing_photos -> photos (photo_id));
joinable!(listings -> product_templates (template_id));
joinable!(listing_versions -> listings (listing_id));
joinable!(listing_versions -> product_templates (template_id));
joinable!(listing_version_photos -> listings (listing_id));
joinable!(template_papers -> product_templates (template_id));
joinable!(product_templates -> regions (region_code));
joinable!(pairings -> users (buyer_id));
joinable!(pairings -> households (household_id));
joinable!(pairings -> regions (village_code));
joinable!(streams -> regions (village_code));
joinable!(streams -> users (operator_id));
joinable!(stream_listings -> streams (stream_id));
joinable!(stream_listings -> listings (listing_id));
joinable!(checkouts -> users (buyer_id));
joinable!(checkouts -> regions (region_code));
joinable!(orders -> checkouts (checkout_id));
joinable!(orders -> users (buyer_id));
joinable!(orders -> regions (village_code));
joinable!(orders -> streams (stream_id));
joinable!(order_lines -> orders (order_id));
joinable!(order_lines -> listings (listing_id));
joinable!(order_lines -> households (household_id));
joinable!(order_lines -> pairings (pairing_id));
joinable!(shipments -> orders (order_id));
joinable!(orders -> order_cycles (cycle_id));
joinable!(order_cycles -> regions (village_code));
joinable!(order_cycles -> users (created_by));
joinable!(payments -> checkouts (checkout_id));
joinable!(refunds -> payments (payment_id));
joinable!(refunds -> orders (order_id));
joinable!(ledger_transactions -> orders (order_id));
joinable!(ledger_transactions -> regions (village_code));
joinable!(ledger_transactions -> streams (stream_id));
joinable!(ledger_postings -> ledger_transactions (transaction_id));
joinable!(ledger_postings -> ledger_accounts (account_id));
joinable!(payouts -> orders (order_id));
joinable!(payouts -> households (household_id));
joinable!(payouts -> regions (village_code));
joinable!(idempotency_keys -> users (user_id));
joinable!(uploads -> users (owner_id));
joinable!(household_categories -> households (household_id));
joinable!(surveys -> households (household_id));
joinable!(surveys -> product_templates (template_id));
joinable!(capacities -> households (household_id));
joinable!(capacities -> product_templates (template_id));
joinable!(producing_units -> households (household_id));
joinable!(producing_unit_events -> producing_units (unit_id));
joinable!(price_references -> regions (region_code));
joinable!(price_verdicts -> listings (listing_id));
joinable!(price_verdicts -> price_references (reference_id));
joinable!(papers -> regions (village_code));
joinable!(imports -> users (created_by));
joinable!(import_findings -> imports (import_id));
joinable!(cart_lines -> users (user_id));
joinable!(cart_lines -> listings (listing_id));
joinable!(freight_rules -> regions (village_code));
joinable!(addresses -> users (user_id));
joinable!(addresses -> regions (region_code));
joinable!(freight_rates -> freight_rules (rule_id));
joinable!(cycle_listings -> order_cycles (cycle_id));
joinable!(cycle_listings -> listings (listing_id));
joinable!(transfers -> payments (payment_id));
joinable!(transfers -> refunds (refund_id));
joinable!(transfers -> regions (village_code));
joinable!(supply_reports -> households (household_id));
joinable!(supply_reports -> product_templates (template_id));
joinable!(supply_reports -> order_cycles (cycle_id));
joinable!(intakes -> households (household_id));
joinable!(intakes -> product_templates (template_id));
joinable!(intake_photos -> intakes (intake_id));
joinable!(batches -> product_templates (template_id));
joinable!(batches -> households (household_id));
joinable!(batches -> intakes (intake_id));
joinable!(allocations -> orders (order_id));
joinable!(allocations -> batches (batch_id));
joinable!(allocations -> households (household_id));
joinable!(order_line_papers -> papers (paper_id));
joinable!(claims -> orders (order_id));
joinable!(claim_photos -> claims (claim_id));
joinable!(claim_photos -> photos (photo_id));
joinable!(claim_charges -> claims (claim_id));
joinable!(claim_charges -> orders (order_id));
joinable!(reviews -> listings (listing_id));
joinable!(reviews -> orders (order_id));
joinable!(bank_file_rows -> bank_files (bank_file_id));
joinable!(bank_file_rows -> payouts (payout_id));
joinable!(webhooks -> regions (region_code));
joinable!(webhook_messages -> webhooks (webhook_id));
joinable!(organisations -> regions (region_code));
joinable!(organisation_members -> organisations (organisation_id));
joinable!(organisation_contracts -> organisations (organisation_id));
joinable!(organisation_contracts -> regions (county_code));
joinable!(left_alone -> users (user_id));
joinable!(organisation_orders -> orders (order_id));
joinable!(organisation_orders -> organisations (organisation_id));
joinable!(invoices -> orders (order_id));
joinable!(invoices -> organisations (organisation_id));
joinable!(invoices -> organisation_contracts (contract_id));
joinable!(invoices -> regions (village_code));

allow_tables_to_appear_in_same_query!(
    installation,
    regions,
    region_aliases,
    users,
    grants,
    sessions,
    refresh_tokens,
    second_factors,
    recovery_codes,
    throttles,
    one_time_codes,
    invitations,
    helpers,
    log_entries,
    notices,
    households,
    household_people,
    evidence_files,
    consents,
    household_photos,
    data_accesses,
    resealings,
    photos,
    uploads,
    product_templates,
    template_papers,
    listings,
    listing_photos,
    listing_versions,
    listing_version_photos,
    pairings,
    streams,
    stream_listings,
    checkouts,
    orders,
    order_cycles,
    order_lines,
    order_counters,
    shipments,
    payments,
    refunds,
    ledger_accounts,
    ledger_transactions,
    ledger_postings,
    payouts,
    jobs,
    idempotency_keys,
    search_words,
    household_categories,
    surveys,
    capacities,
    producing_units,
    producing_unit_events,
    price_references,
    price_verdicts,
    papers,
    imports,
    import_findings,
    cart_lines,
    freight_rules,
    freight_rates,
    addresses,
    cycle_listings,
    transfers,
    supply_reports,
    intakes,
    intake_photos,
    batches,
    allocations,
    order_line_papers,
    claims,
    claim_photos,
    claim_charges,
    reviews,
    bank_files,
    bank_file_rows,
    bank_results,
    webhooks,
    webhook_messages,
    inbox_messages,
    inbox_marks,
    inbox_silences,
    interest_rates,
    order_ends,
    order_changes,
    organisations,
    organisation_members,
    organisation_contracts,
    left_alone,
    organisation_orders,
    invoices,
);

diesel::allow_columns_to_appear_in_same_group_by_clause!(ledger_transactions::day, ledger_accounts::kind);
diesel::allow_columns_to_appear_in_same_group_by_clause!(ledger_transactions::village_code, ledger_accounts::kind);
diesel::allow_columns_to_appear_in_same_group_by_clause!(ledger_transactions::stream_id, ledger_accounts::kind);
diesel::allow_columns_to_appear_in_same_group_by_clause!(ledger_transactions::kind, ledger_accounts::kind);
diesel::allow_columns_to_appear_in_same_group_by_clause!(
    listings::category,
    listings::village_code,
    listings::sale_kind,
    listings::template_id,
);
diesel::allow_columns_to_appear_in_same_group_by_clause!(orders::cycle_id, order_lines::listing_id);
diesel::allow_columns_to_appear_in_same_group_by_clause!(ledger_transactions::reverses_id, ledger_accounts::kind);
diesel::allow_columns_to_appear_in_same_group_by_clause!(ledger_transactions::order_id, ledger_accounts::owner);
