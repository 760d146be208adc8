//! Triggers, policies, statistics and grants.

use super::object::{column_names, index_key};
use super::{Literal, parameters};
use crate::model::{
    ColumnSettings, Compression, Deferrability, Grant, Policy, PolicyCommand, Statistics, StatisticsKind,
    Storage, TablePrivilege, TableSettings, Trigger, TriggerAction, TriggerConstraint, TriggerEnabled,
    TriggerEvent, TriggerTiming,
};
use proc_macro2::TokenStream;
use quote::quote;

pub(super) fn trigger(trigger: &Trigger, all: &TokenStream) -> TokenStream {
    let Trigger {
        name,
        timing,
        events,
        for_each_statement,
        when,
        action,
        constraint,
        old_table,
        new_table,
        enabled,
        comment,
        renamed_from,
    } = trigger;
    let timing = match timing {
        TriggerTiming::Before => quote!(__schema::TriggerTiming::Before),
        TriggerTiming::After => quote!(__schema::TriggerTiming::After),
        TriggerTiming::InsteadOf => quote!(__schema::TriggerTiming::InsteadOf),
    };
    let events = events.iter().map(|event| match event {
        TriggerEvent::Insert => quote!(__schema::TriggerEvent::Insert),
        TriggerEvent::Update(columns) => {
            let columns = column_names(columns, all);
            quote!(__schema::TriggerEvent::Update(#columns))
        }
        TriggerEvent::Delete => quote!(__schema::TriggerEvent::Delete),
        TriggerEvent::Truncate => quote!(__schema::TriggerEvent::Truncate),
    });
    let action = action.as_ref().map(|action| match action {
        TriggerAction::Execute(call) => quote!(__schema::Some(__schema::TriggerAction::Execute(#call))),
        TriggerAction::Body(body) => quote!(__schema::Some(__schema::TriggerAction::Body(#body))),
    });
    let constraint = constraint.map(|TriggerConstraint { deferrable }| {
        let deferrable = match deferrable {
            None => quote!(__schema::Deferrability::NotDeferrable),
            Some(Deferrability::InitiallyImmediate) => quote!(__schema::Deferrability::InitiallyImmediate),
            Some(Deferrability::InitiallyDeferred) => quote!(__schema::Deferrability::InitiallyDeferred),
        };
        quote!(__schema::Some(#deferrable))
    });
    let enabled = match enabled {
        TriggerEnabled::Usual => None,
        TriggerEnabled::Always => Some(quote!(__schema::TriggerEnabled::Always)),
        TriggerEnabled::Replica => Some(quote!(__schema::TriggerEnabled::Replica)),
        TriggerEnabled::Disabled => Some(quote!(__schema::TriggerEnabled::Disabled)),
    };
    Literal::new("Trigger", quote!(__schema::Trigger::new(#name, #timing, &[#(#events),*])))
        .flag("for_each_statement", *for_each_statement)
        .text("when", when.as_ref())
        .field("action", action)
        .field("constraint", constraint)
        .text("old_table", old_table.as_ref())
        .text("new_table", new_table.as_ref())
        .field("enabled", enabled)
        .text("comment", comment.as_ref())
        .text("renamed_from", renamed_from.as_ref())
        .finish()
}

pub(super) fn policy(policy: &Policy) -> TokenStream {
    let Policy { name, command, roles, using, check, restrictive, comment, renamed_from } = policy;
    let command = match command {
        PolicyCommand::All => None,
        PolicyCommand::Select => Some(quote!(__schema::PolicyCommand::Select)),
        PolicyCommand::Insert => Some(quote!(__schema::PolicyCommand::Insert)),
        PolicyCommand::Update => Some(quote!(__schema::PolicyCommand::Update)),
        PolicyCommand::Delete => Some(quote!(__schema::PolicyCommand::Delete)),
    };
    Literal::new("Policy", quote!(__schema::Policy::new(#name)))
        .field("command", command)
        .field("roles", (!roles.is_empty()).then(|| quote!(&[#(#roles),*])))
        .text("using", using.as_ref())
        .text("check", check.as_ref())
        .flag("restrictive", *restrictive)
        .text("comment", comment.as_ref())
        .text("renamed_from", renamed_from.as_ref())
        .finish()
}

pub(super) fn statistics(statistics: &Statistics, all: &TokenStream) -> TokenStream {
    let Statistics { name, parts, kinds, comment } = statistics;
    let parts = parts.iter().map(|part| index_key(part, all));
    let kinds: Vec<TokenStream> = kinds
        .iter()
        .map(|kind| match kind {
            StatisticsKind::Ndistinct => quote!(__schema::StatisticsKind::Ndistinct),
            StatisticsKind::Dependencies => quote!(__schema::StatisticsKind::Dependencies),
            StatisticsKind::Mcv => quote!(__schema::StatisticsKind::Mcv),
        })
        .collect();
    Literal::new("Statistics", quote!(__schema::Statistics::new(#name, &[#(#parts),*])))
        .field("kinds", (!kinds.is_empty()).then(|| quote!(&[#(#kinds),*])))
        .text("comment", comment.as_ref())
        .finish()
}

pub(super) fn grant(grant: &Grant, all: &TokenStream) -> TokenStream {
    let Grant { privileges, roles, with_grant_option } = grant;
    let privileges = privileges.iter().map(|(privilege, columns)| {
        let privilege = match privilege {
            TablePrivilege::All => quote!(__schema::TablePrivilege::All),
            TablePrivilege::Select => quote!(__schema::TablePrivilege::Select),
            TablePrivilege::Insert => quote!(__schema::TablePrivilege::Insert),
            TablePrivilege::Update => quote!(__schema::TablePrivilege::Update),
            TablePrivilege::Delete => quote!(__schema::TablePrivilege::Delete),
            TablePrivilege::Truncate => quote!(__schema::TablePrivilege::Truncate),
            TablePrivilege::References => quote!(__schema::TablePrivilege::References),
            TablePrivilege::Trigger => quote!(__schema::TablePrivilege::Trigger),
            TablePrivilege::Maintain => quote!(__schema::TablePrivilege::Maintain),
        };
        let columns = column_names(columns, all);
        quote!((#privilege, #columns))
    });
    quote! {
        __schema::Grant {
            privileges: &[#(#privileges),*],
            roles: &[#(#roles),*],
            with_grant_option: #with_grant_option,
        }
    }
}

pub(super) fn settings(settings: &ColumnSettings) -> TokenStream {
    let ColumnSettings { column, storage, compression, statistics, with } = settings;
    let storage = storage.map(|storage| match storage {
        Storage::Plain => quote!(__schema::Some(__schema::Storage::Plain)),
        Storage::External => quote!(__schema::Some(__schema::Storage::External)),
        Storage::Extended => quote!(__schema::Some(__schema::Storage::Extended)),
        Storage::Main => quote!(__schema::Some(__schema::Storage::Main)),
    });
    let compression = compression.map(|compression| match compression {
        Compression::Pglz => quote!(__schema::Some(__schema::Compression::Pglz)),
        Compression::Lz4 => quote!(__schema::Some(__schema::Compression::Lz4)),
    });
    Literal::new("ColumnSettings", quote!(__schema::ColumnSettings::new(#column)))
        .field("storage", storage)
        .field("compression", compression)
        .field("statistics", statistics.map(|target| quote!(__schema::Some(#target))))
        .field("with", (!with.is_empty()).then(|| parameters(with)))
        .finish()
}

pub(super) fn table_settings(settings: &TableSettings) -> TokenStream {
    let TableSettings { cluster_on, of_type, toast } = settings;
    Literal::new("TableSettings", quote!(__schema::TableSettings::NONE))
        .text("cluster_on", cluster_on.as_ref())
        .text("of_type", of_type.as_ref())
        .field("toast", (!toast.is_empty()).then(|| parameters(toast)))
        .finish()
}
