//! Domains and composite types that structs say.

use super::{items, items_table};
use crate::models::{ColumnExt as _, TableExt as _, check, document, index, integer, text, typed};
use crate::row;
use crate::suite::{Capability, Case};
use schema_core::model::{
    Column, ColumnType, CompositeAttribute, CompositeType, Declared, Default, Document, Domain, DomainCheck,
};

fn of_domain(name: &str, domain: &str) -> Column {
    Column::new(name, ColumnType::Domain(domain.into()))
}

fn of_composite(name: &str, ty: &str) -> Column {
    Column::new(name, ColumnType::Composite(ty.into()))
}

fn sql(ty: &str) -> ColumnType {
    ColumnType::Sql(ty.to_owned())
}

fn unnamed(expression: &str) -> DomainCheck {
    DomainCheck { name: None, expression: expression.to_owned() }
}

fn named(name: &str, expression: &str) -> DomainCheck {
    DomainCheck { name: Some(name.to_owned()), expression: expression.to_owned() }
}

fn domain(name: &str, ty: ColumnType, checks: &[DomainCheck]) -> Domain {
    Domain { checks: checks.to_vec(), ..Domain::new(name, ty) }
}

fn with_domains(mut document: Document, domains: impl IntoIterator<Item = Domain>) -> Document {
    document.domains.extend(domains.into_iter().map(Declared::new));
    document.sort();
    document
}

fn with_composite(mut document: Document, composite: CompositeType) -> Document {
    document.composite_types.push(Declared::new(composite));
    document.sort();
    document
}

/// Items with an e-mail address of this domain.
fn of_email(email: Domain) -> Document {
    let name = email.name.name.clone();
    with_domains(items([of_domain("email", &name), text("note")]), [email])
}

fn plain() -> Document {
    items([text("email"), text("note")])
}

fn email(checks: &[DomainCheck]) -> Domain {
    domain("email", ColumnType::Text, checks)
}

fn attribute(name: &str, ty: ColumnType) -> CompositeAttribute {
    CompositeAttribute { name: name.to_owned(), ty, collation: None, renamed_from: None }
}

fn composite(name: &str, attributes: &[CompositeAttribute]) -> CompositeType {
    CompositeType { name: name.into(), attributes: attributes.to_vec(), comment: None, renamed_from: None }
}

/// Items with an address of this type.
fn of_address(address: CompositeType) -> Document {
    let name = address.name.name.clone();
    with_composite(items([of_composite("address", &name).nullable(), text("note")]), address)
}

/// A domain in every place in which one can be, over another one, in a composite type too.
fn everywhere(at: &str, default: &str) -> Document {
    let filled = Domain { not_null: true, ..domain("filled", ColumnType::Text, &[unnamed("VALUE <> ''")]) };
    let email = Domain {
        default: Some(Default::Text(default.to_owned())),
        collation: Some("C".to_owned()),
        comment: Some("where mail goes".to_owned()),
        ..domain(
            "email",
            ColumnType::Domain("filled".into()),
            &[named("has_at", at), unnamed("length(VALUE) < 50")],
        )
    };
    let many = Column::new("many", ColumnType::Array(Box::new(ColumnType::Domain("email".into()))));
    let contact = composite(
        "contact",
        &[attribute("name", ColumnType::Text), attribute("email", ColumnType::Domain("email".into()))],
    );
    let table = items_table([
        of_domain("email", "email"),
        many.nullable(),
        of_composite("contact", "contact").nullable(),
        typed("host", "text").stored("split_part(email::text, '@', 2)"),
    ])
    .check(check("email <> 'x'"))
    .index(index(&["email"]));
    with_composite(with_domains(document([table]), [filled, email]), contact)
}

pub(super) fn cases() -> Vec<Case> {
    let mail = |case: Case| case.row("items", row! { id: 3, email: "a@b.c", note: "x" });
    let case = |name, before, after| mail(Case::new(name, before, after));
    let typed_case =
        |name, before, after| mail(Case::new(name, before, after).only_with(Capability::EnumTypes));
    let address = |name, before, after| {
        Case::new(name, before, after)
            .only_with(Capability::EnumTypes)
            .row("items", row! { id: 3, address: "(Main,7)", note: "x" })
    };
    let has_at = || unnamed("VALUE LIKE '%@%'");
    let short = || unnamed("length(VALUE) < 100");
    let street = || attribute("street", ColumnType::Text);
    let number = || attribute("number", ColumnType::I32);
    vec![
        case("turn_a_text_into_a_domain", plain(), of_email(email(&[has_at()]))),
        case(
            "change_the_check_of_a_domain",
            of_email(email(&[has_at()])),
            of_email(email(&[has_at(), short()])),
        ),
        case(
            "change_the_base_of_a_domain",
            of_email(email(&[has_at()])),
            of_email(domain("email", sql("varchar(320)"), &[has_at()])),
        ),
        case(
            "change_default_and_null_of_a_domain",
            {
                let domain = Domain { default: Some(Default::Text("a@b".to_owned())), ..email(&[has_at()]) };
                with_domains(items([of_domain("email", "email").nullable(), text("note")]), [domain])
            },
            {
                let domain = Domain { not_null: true, ..email(&[short()]) };
                with_domains(items([of_domain("email", "email").nullable(), text("note")]), [domain])
            },
        ),
        typed_case("rename_a_domain", of_email(email(&[has_at(), named("short", "length(VALUE) < 100")])), {
            let checks = [has_at(), named("short", "length(VALUE) < 100")];
            of_email(Domain {
                renamed_from: Some("email".to_owned()),
                ..domain("mail", ColumnType::Text, &checks)
            })
        }),
        typed_case("rename_a_domain_and_change_its_check_and_base", of_email(email(&[has_at()])), {
            let domain = domain("mail", sql("varchar(320)"), &[short()]);
            of_email(Domain { renamed_from: Some("email".to_owned()), ..domain })
        }),
        typed_case(
            "name_the_check_of_a_domain",
            of_email(email(&[has_at()])),
            of_email(email(&[named("at", "VALUE LIKE '%@%'")])),
        ),
        typed_case(
            "leave_the_name_of_a_check_to_the_database",
            of_email(email(&[named("at", "VALUE LIKE '%@%'")])),
            of_email(email(&[has_at()])),
        )
        .is_no_change(),
        Case::new(
            "change_a_domain_that_is_used_everywhere",
            everywhere("VALUE LIKE '%@%'", "a@b"),
            everywhere("VALUE LIKE '_%@%'", "c@d"),
        )
        .only_with(Capability::EnumTypes)
        .row("items", row! { id: 3, email: "a@b", many: "{a@b,c@d}", contact: "(me,a@b)" }),
        Case::new("make_a_composite_type", items([integer("unused").nullable(), text("note")]), {
            let comment = Some("where it is".to_owned());
            of_address(CompositeType { comment, ..composite("address", &[street(), number()]) })
        })
        .only_with(Capability::EnumTypes)
        .row("items", row! { id: 3, note: "x" }),
        typed_case("rename_a_domain_and_change_its_check", of_email(email(&[has_at()])), {
            of_email(Domain {
                renamed_from: Some("email".to_owned()),
                ..domain("mail", ColumnType::Text, &[short()])
            })
        }),
        address("add_and_rename_an_attribute", of_address(composite("address", &[street(), number()])), {
            let road = CompositeAttribute {
                renamed_from: Some("street".to_owned()),
                ..attribute("road", ColumnType::Text)
            };
            of_address(composite("address", &[road, number(), attribute("town", ColumnType::Text)]))
        })
        .converts("items", "address"),
        address(
            "retype_an_attribute_of_a_renamed_type",
            of_address(composite("address", &[street(), number()])),
            {
                let place = composite("place", &[street(), attribute("number", ColumnType::I64)]);
                of_address(CompositeType { renamed_from: Some("address".to_owned()), ..place })
            },
        ),
    ]
}
