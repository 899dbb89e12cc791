-- The nights of a running demo, which its supervisor runs in Airflow: the app asks for one, and never talks to Airflow.

-- app.night: one row per night that was asked for, whatever became of it.
-- Filled by dashboards/queries/status.py, which asks, and by overtone/demo/nights.py, which asks by the
-- clock, runs it and notes what became of it; read by both.
CREATE TABLE app.night (
    -- "Which night is the next?"
    day date PRIMARY KEY, -- of the data
    wanted_at timestamptz NOT NULL DEFAULT now(),
    wanted_by text, -- the login of who asked; null: the clock did
    begun_at timestamptz, -- null: it waits
    ended_at timestamptz, -- null: it waits or runs
    failed text [] NOT NULL DEFAULT '{}' -- the tasks that failed, where it has ended
);
