//! Schemas.

use super::script::{Phase, Script};
use super::work::Work;
use crate::dialect::postgres::{quote, render};
use crate::sql::Statement;

pub(super) fn plan(work: &Work<'_>, script: &mut Script) {
    for (before, after) in &work.namespaces {
        match (before, after) {
            (Some(before), None) => script.push(
                Phase::DropNamespaces,
                Statement::new(
                    format!("drop the schema `{}`", before.name),
                    format!("DROP SCHEMA {}", quote(&before.name)),
                ),
            ),
            (before, Some(after)) => {
                if before.is_none() {
                    script.push(
                        Phase::CreateNamespaces,
                        Statement::new(
                            format!("create the schema `{}`", after.name),
                            format!("CREATE SCHEMA {}", quote(&after.name)),
                        ),
                    );
                }
                if before.is_none_or(|before| before.comment != after.comment)
                    && (before.is_some() || after.comment.is_some())
                {
                    script.push(
                        Phase::CreateNamespaces,
                        Statement::new(
                            format!("comment on the schema `{}`", after.name),
                            render::comment(
                                &format!("SCHEMA {}", quote(&after.name)),
                                after.comment.as_deref(),
                            ),
                        ),
                    );
                }
            }
            (None, None) => {}
        }
    }
}
