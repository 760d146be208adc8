//! Views as structs.

use super::attribute::{Item, attribute, text};
use super::{Scene, comment, derive, field, name_for_sqlx, text as text_of};
use crate::model::View;
use crate::write_models::say::Types;

/// The struct of a view. What its columns allow, no database tells: each may be NULL.
pub(super) fn render(
    view: &View,
    columns: &[(String, String)],
    types: &Types,
    scene: &mut Scene<'_>,
) -> String {
    let (mut lines, about) = comment(view.comment.as_ref(), 0);
    lines.extend(derive("View", &scene.style.derives));
    let mut items = vec![text("name", &view.name.name)];
    items.extend(view.name.schema.iter().map(|schema| text("schema", schema)));
    items.push(text("query", &view.query));
    items.extend(about.map(Item::Leaf));
    lines.extend(attribute("view", &items, 0));
    lines.push(format!("pub struct {} {{", scene.names.row(&view.name)));
    for (column, ty) in columns {
        let name = scene.names.field(&view.name, column).to_owned();
        if name != *column {
            lines.extend(attribute("column", &[text("name", column)], 4));
            lines.extend(name_for_sqlx(&scene.style.derives, "FromRow", column));
        }
        let ty = scene.rust_type(&types.of(ty, false));
        lines.extend(field(&name, &format!("Option<{ty}>")));
    }
    lines.push("}".to_owned());
    text_of(&lines)
}
