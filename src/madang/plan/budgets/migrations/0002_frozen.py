"""What the database itself holds of a budget whose vote has begun: neither the rules nor the ballot change any more."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION plan_budgets_is_frozen(asked bigint) RETURNS boolean LANGUAGE sql STABLE AS
    $$ SELECT EXISTS (SELECT FROM plan_budgets_budget WHERE subject_id = asked AND frozen_at IS NOT NULL) $$;

CREATE FUNCTION plan_budgets_keep_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.frozen_at, NEW.frozen_digest, NEW.currency, NEW.level, NEW.least_age, NEW.admits_workers, NEW.admits_firms,
        NEW.admits_paper, NEW.ballot_type, NEW.least_choices, NEW.most_choices, NEW.points, NEW.own_district_and,
        NEW.rule, NEW.utility, NEW.completion, NEW.stop, NEW.tie, NEW.comparison, NEW.threshold, NEW.seed)
       IS DISTINCT FROM
       (OLD.frozen_at, OLD.frozen_digest, OLD.currency, OLD.level, OLD.least_age, OLD.admits_workers, OLD.admits_firms,
        OLD.admits_paper, OLD.ballot_type, OLD.least_choices, OLD.most_choices, OLD.points, OLD.own_district_and,
        OLD.rule, OLD.utility, OLD.completion, OLD.stop, OLD.tie, OLD.comparison, OLD.threshold, OLD.seed)
    THEN RAISE EXCEPTION 'Budget % is frozen: its rules stand as published.', OLD.subject_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_frozen_rules_stand';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER plan_budgets_keep_rules BEFORE UPDATE ON plan_budgets_budget
    FOR EACH ROW WHEN (OLD.frozen_at IS NOT NULL) EXECUTE FUNCTION plan_budgets_keep_rules();

CREATE FUNCTION plan_budgets_keep_projects() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE listed text[] := ARRAY['ballot', 'won', 'lost'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT NEW.status = ANY (listed) THEN RETURN NEW; END IF;
    ELSIF (NOT OLD.status = ANY (listed) AND NOT NEW.status = ANY (listed))
        OR (OLD.status = ANY (listed) AND NEW.status = ANY (listed)
            AND (NEW.budget_id, NEW.number, NEW.cost, NEW.funded, NEW.pot_id, NEW.needs_id, NEW.title)
                IS NOT DISTINCT FROM
                (OLD.budget_id, OLD.number, OLD.cost, OLD.funded, OLD.pot_id, OLD.needs_id, OLD.title))
    THEN RETURN NEW; END IF;
    IF plan_budgets_is_frozen(NEW.budget_id) OR (TG_OP = 'UPDATE' AND plan_budgets_is_frozen(OLD.budget_id)) THEN
        RAISE EXCEPTION 'Budget % is frozen: its ballot stands as published.', NEW.budget_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_frozen_ballot_stands';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER plan_budgets_keep_projects
    BEFORE INSERT OR UPDATE OF budget_id, number, cost, funded, pot_id, needs_id, title, status ON plan_budgets_project
    FOR EACH ROW EXECUTE FUNCTION plan_budgets_keep_projects();

CREATE FUNCTION plan_budgets_keep_pots() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF plan_budgets_is_frozen(NEW.budget_id)
        AND (TG_OP = 'INSERT' OR (NEW.budget_id, NEW.amount, NEW.place_id, NEW.most_cost)
            IS DISTINCT FROM (OLD.budget_id, OLD.amount, OLD.place_id, OLD.most_cost))
    THEN RAISE EXCEPTION 'Budget % is frozen: its pots stand as published.', NEW.budget_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_frozen_pots_stand';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER plan_budgets_keep_pots BEFORE INSERT OR UPDATE ON plan_budgets_pot
    FOR EACH ROW EXECUTE FUNCTION plan_budgets_keep_pots();

CREATE FUNCTION plan_budgets_keep_conflicts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE one bigint;
BEGIN
    SELECT budget_id INTO one FROM plan_budgets_conflict
        WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.conflict_id ELSE NEW.conflict_id END;
    IF plan_budgets_is_frozen(one) THEN
        RAISE EXCEPTION 'Budget % is frozen: which projects exclude each other stands as published.', one
            USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_frozen_conflicts_stand';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER plan_budgets_keep_conflicts BEFORE INSERT OR UPDATE OR DELETE ON plan_budgets_conflictmember
    FOR EACH ROW EXECUTE FUNCTION plan_budgets_keep_conflicts();
"""
BACK = """
DROP TRIGGER plan_budgets_keep_conflicts ON plan_budgets_conflictmember;
DROP FUNCTION plan_budgets_keep_conflicts();
DROP TRIGGER plan_budgets_keep_pots ON plan_budgets_pot;
DROP FUNCTION plan_budgets_keep_pots();
DROP TRIGGER plan_budgets_keep_projects ON plan_budgets_project;
DROP FUNCTION plan_budgets_keep_projects();
DROP TRIGGER plan_budgets_keep_rules ON plan_budgets_budget;
DROP FUNCTION plan_budgets_keep_rules();
DROP FUNCTION plan_budgets_is_frozen(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("plan_budgets", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
