-- Budgets of two kinds: those of a namespace, and those over many, whose own namespace is ''. A reservation is filed under the namespace of its run.
ALTER TABLE budget_ledger ADD COLUMN budget_kind text NOT NULL DEFAULT 'CarbonBudget';
ALTER TABLE budget_windows ADD COLUMN budget_kind text NOT NULL DEFAULT 'CarbonBudget';
ALTER TABLE budget_overrides ADD COLUMN budget_kind text NOT NULL DEFAULT 'CarbonBudget';
