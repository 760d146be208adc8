//! What MySQL and MariaDB write of their own objects.

use crate::dialect::mysql::{
    Server, Variant, catalogue, definer, event, routine, sequence, trigger, type_of_values, values_of_type,
};
use crate::driver::mysql::fuzzing;

/// What SHOW CREATE and the catalogue say is read, whatever it is; where there are two texts with an empty line between them, it is found out how one
/// becomes the other.
pub fn mysql(text: &str) {
    let (before, after) = text.split_once("\n\n").unwrap_or((text, text));
    for create in [before, after] {
        fuzzing::show_create(create);
        drop((
            trigger::body(create),
            routine::or_replace(create),
            event::asleep(create),
            event::awake(create),
        ));
        let with_backticks = routine::with_backticks(create);
        assert_eq!(routine::with_backticks(&with_backticks), with_backticks);
        drop((Server::parse(create), catalogue::on_update(create), definer::quoted_account(create)));
        let _ = event::ends(create);
        for variant in [Variant::Mysql, Variant::Mariadb] {
            drop(catalogue::expression(variant, create));
            for ty in ["int", "varchar(20)", "datetime(6)", "bit(4)", "enum('a','b')"] {
                drop((
                    catalogue::default(variant, create, false, ty),
                    catalogue::default(variant, create, true, ty),
                ));
            }
        }
        if let Some(values) = values_of_type(create) {
            let written = type_of_values("enum", &values);
            assert_eq!(values_of_type(&written), Some(values));
        }
    }
    drop((
        event::alter(before, after, false),
        event::alter(before, after, true),
        routine::alter("FUNCTION", "a", before, after),
        sequence::alter("a", before, after),
    ));
    let _ = event::loses_its_end(before, after);
    assert!(event::Event::parse(before).is_none_or(|event| Some(event) == event::Event::parse(before)));
}
