//! The names of structs, fields, enums and variants.

use super::words::{free_field, free_type, free_variant, row_name, type_name};
use crate::model::{Document, QualifiedName};
use std::collections::{BTreeSet, HashMap};

/// The names, by those of the database.
pub(super) struct Names {
    rows: HashMap<QualifiedName, String>,
    fields: HashMap<QualifiedName, HashMap<String, String>>,
    enums: HashMap<String, String>,
    variants: HashMap<String, HashMap<String, String>>,
}

impl Names {
    /// Names for all that a document has: no two of the same kind are the same.
    pub(super) fn of(document: &Document) -> Self {
        let mut names = Names {
            rows: HashMap::new(),
            fields: HashMap::new(),
            enums: HashMap::new(),
            variants: HashMap::new(),
        };
        let mut taken = BTreeSet::new();
        for table in &document.tables {
            let columns = table.columns.iter().map(|column| &column.base.name);
            names.add_row(&table.name, columns, "Table", &mut taken);
        }
        for view in &document.views {
            names.add_row(&view.base.name, view.base.columns.iter(), "View", &mut taken);
        }
        for declared in &document.enums {
            let name = &declared.base.name.name;
            names.enums.insert(name.clone(), free_type(&[type_name(name, "Enum")], &mut taken));
            let mut variants = BTreeSet::new();
            let values = declared
                .base
                .values
                .iter()
                .map(|value| (value.name.clone(), free_variant(&value.name, &mut variants)));
            names.variants.insert(name.clone(), values.collect());
        }
        names
    }

    fn add_row<'a>(
        &mut self,
        name: &QualifiedName,
        columns: impl Iterator<Item = &'a String>,
        kind: &str,
        taken: &mut BTreeSet<String>,
    ) {
        let row = row_name(&name.name, kind);
        let of_schema = name.schema.as_ref().map(|schema| format!("{}{row}", type_name(schema, "Schema")));
        let candidates: Vec<String> = std::iter::once(row).chain(of_schema).collect();
        self.rows.insert(name.clone(), free_type(&candidates, taken));
        let mut fields = BTreeSet::new();
        let named = columns.map(|column| (column.clone(), free_field(column, &mut fields)));
        self.fields.insert(name.clone(), named.collect());
    }

    /// The struct of a table or view.
    pub(super) fn row(&self, name: &QualifiedName) -> &str {
        self.rows.get(name).map(String::as_str).unwrap_or_default()
    }

    /// The field of a column, without `r#`.
    pub(super) fn field(&self, name: &QualifiedName, column: &str) -> &str {
        let field = self.fields.get(name).and_then(|fields| fields.get(column));
        field.map(String::as_str).unwrap_or_default()
    }

    /// The enum of an enum type.
    pub(super) fn enum_type(&self, name: &str) -> &str {
        self.enums.get(name).map(String::as_str).unwrap_or_default()
    }

    /// The variant of a value.
    pub(super) fn variant(&self, name: &str, value: &str) -> &str {
        let variant = self.variants.get(name).and_then(|variants| variants.get(value));
        variant.map(String::as_str).unwrap_or_default()
    }
}
