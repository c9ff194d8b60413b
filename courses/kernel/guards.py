"""Guards: triggers that keep records from being changed, on SQLite and PostgreSQL alike.

A `Guard` is a migration operation. `frozen_when` is SQL about the old row (`{row}`), or empty for always;
`may_change` names the fields an UPDATE may touch all the same; `may_delete` allows DELETE, `delete_when` says when it
is refused if that differs; `sealed_insert` also refuses rows that are new, or moved, to where the condition holds
(parts of a published version). `may_erase` names columns that may change, and `may_erase_rows` lets rows go, while an
erasure is under way and only then: a row of `courses_erasure` without an end, seen by its own transaction alone. A
table that gained columns, or was rebuilt, is guarded again with `replaces`. SQLite drops a table's triggers without a
word when it rebuilds the table: `missing_guards` finds that out, for /readyz and the tests.
"""

from collections.abc import Sequence
from typing import Any

from django.apps.registry import Apps
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

MESSAGE = "assay: this record is never changed"
UNDER_WAY = "EXISTS (SELECT 1 FROM courses_erasure e WHERE e.ended_at IS NULL)"
"""Whether an erasure is under way in this transaction: the one named way by which words leave a record."""


class Guard(Operation):
    """Refuse UPDATE, DELETE (and perhaps INSERT) on a model's table, but for what is named."""

    reduces_to_sql = True
    reversible = True

    def __init__(
        self,
        model: str,
        *,
        frozen_when: str = "",
        may_change: Sequence[str] = (),
        may_delete: bool = False,
        delete_when: str = "",
        sealed_insert: bool = False,
        may_erase: Sequence[str] = (),
        may_erase_rows: bool = False,
        replaces: bool = False,
    ) -> None:
        self.model = model
        self.frozen_when = frozen_when
        self.may_change = tuple(may_change)
        self.may_delete = may_delete
        self.delete_when = delete_when
        self.sealed_insert = sealed_insert
        self.may_erase = tuple(may_erase)
        self.may_erase_rows = may_erase_rows
        self.replaces = replaces

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        kwargs: dict[str, Any] = {}
        if self.frozen_when:
            kwargs["frozen_when"] = self.frozen_when
        if self.may_change:
            kwargs["may_change"] = list(self.may_change)
        if self.may_delete:
            kwargs["may_delete"] = True
        if self.delete_when:
            kwargs["delete_when"] = self.delete_when
        if self.sealed_insert:
            kwargs["sealed_insert"] = True
        if self.may_erase:
            kwargs["may_erase"] = list(self.may_erase)
        if self.may_erase_rows:
            kwargs["may_erase_rows"] = True
        if self.replaces:
            kwargs["replaces"] = True
        return "Guard", [self.model], kwargs

    def describe(self) -> str:
        return f"Guard {self.model} against change"

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Leave the models as they are: a guard is the database's alone."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model)
        drops = self.drop_statements(model, schema_editor.connection) if self.replaces else []
        for statement in [*drops, *self.statements(model, schema_editor.connection)]:
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        model = from_state.apps.get_model(app_label, self.model)
        again = self.statements(model, schema_editor.connection) if self.replaces else []
        for statement in [*self.drop_statements(model, schema_editor.connection), *again]:
            schema_editor.execute(statement, params=None)

    def names(self, table: str) -> dict[str, str]:
        """Name the trigger of every verb that is guarded."""
        verbs = ["update"]
        if not self.may_delete:
            verbs.append("delete")
        if self.sealed_insert:
            verbs.append("insert")
        return {verb: f"guard_{table}_{verb}" for verb in verbs}

    def condition(self, verb: str, model: Any, vendor: str) -> str:
        """Write the SQL that is true where the change is refused."""
        row = "NEW" if verb == "insert" else "OLD"
        when = (self.delete_when if verb == "delete" else "") or self.frozen_when
        parts = [f"({when.format(row=row)})"] if when else []
        if verb == "update":
            if when and self.sealed_insert:
                parts = [f"(({when.format(row='OLD')}) OR ({when.format(row='NEW')}))"]
            fields = [f for f in model._meta.local_concrete_fields if f.name not in self.may_change and f.column]
            differs = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
            changed = [f'OLD."{f.column}" {differs} NEW."{f.column}"' for f in fields if f.name not in self.may_erase]
            erased = [f'OLD."{f.column}" {differs} NEW."{f.column}"' for f in fields if f.name in self.may_erase]
            if erased:
                changed.append(f"(({' OR '.join(erased)}) AND NOT {UNDER_WAY})")
            parts.append(f"({' OR '.join(changed)})")
        elif verb == "delete" and self.may_erase_rows:
            parts.append(f"NOT {UNDER_WAY}")
        return " AND ".join(parts) or ("TRUE" if vendor == "postgresql" else "1")

    def statements(self, model: Any, connection: BaseDatabaseWrapper) -> list[str]:
        """Write the CREATE statements for this model's table."""
        table, vendor, made = model._meta.db_table, connection.vendor, []
        for verb, name in self.names(table).items():
            condition = self.condition(verb, model, vendor)
            if vendor == "postgresql":
                answer = "RETURN OLD;" if verb == "delete" else "RETURN NEW;"
                made.append(
                    f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                    f"IF {condition} THEN RAISE EXCEPTION '{MESSAGE}: {table}' USING ERRCODE = '23514'; END IF; "
                    f"{answer} END $$;"
                )
                made.append(
                    f'CREATE TRIGGER {name} BEFORE {verb.upper()} ON "{table}" FOR EACH ROW EXECUTE FUNCTION {name}();'
                )
            else:
                made.append(
                    f'CREATE TRIGGER {name} BEFORE {verb.upper()} ON "{table}" FOR EACH ROW WHEN {condition} '
                    f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}: {table}'); END;"
                )
        return made

    def drop_statements(self, model: Any, connection: BaseDatabaseWrapper) -> list[str]:
        """Write the DROP statements for this model's table."""
        table, made = model._meta.db_table, []
        for name in self.names(table).values():
            if connection.vendor == "postgresql":
                made += [f'DROP TRIGGER IF EXISTS {name} ON "{table}";', f"DROP FUNCTION IF EXISTS {name}();"]
            else:
                made.append(f"DROP TRIGGER IF EXISTS {name};")
        return made


def declared_guards(apps: Apps) -> list[tuple[Any, Guard]]:
    """List every guard of the migrations with its model, the last one declared for a model winning."""
    loader, found = MigrationLoader(None, ignore_no_migrations=True), {}
    order = loader.graph.leaf_nodes()
    for node in loader.graph._generate_plan(order, at_end=True):
        for operation in loader.graph.nodes[node].operations:
            if isinstance(operation, Guard):
                found[(node[0], operation.model.lower())] = operation
    return [(apps.get_model(label, model), guard) for (label, model), guard in found.items()]


def missing_guards(apps: Apps, using: str = "default") -> list[str]:
    """Name the triggers that the migrations declare and the database does not have."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
                "WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace"
            )
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        present = {name for (name,) in cursor.fetchall()}
    wanted = [name for model, guard in declared_guards(apps) for name in guard.names(model._meta.db_table).values()]
    return sorted(name for name in wanted if name not in present)
