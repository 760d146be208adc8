//! Which extension of PostgreSQL an object comes from: the server knows that only once the extension is installed.

/// The extensions that people use most, each with the types, operator classes and functions that tables, indexes and views name.
const OBJECTS: [(&str, &[&str]); 13] = [
    ("citext", &["citext"]),
    ("cube", &["cube"]),
    ("earthdistance", &["earth", "ll_to_earth", "earth_distance", "earth_box"]),
    ("hstore", &["hstore"]),
    ("intarray", &["query_int", "gin__int_ops", "gist__int_ops", "gist__intbig_ops"]),
    ("isn", &["ean13", "isbn", "isbn13", "ismn", "ismn13", "issn", "issn13", "upc"]),
    ("ltree", &["ltree", "lquery", "ltxtquery"]),
    (
        "pg_trgm",
        &["gin_trgm_ops", "gist_trgm_ops", "similarity", "word_similarity", "strict_word_similarity"],
    ),
    ("pgcrypto", &["gen_random_uuid", "gen_random_bytes", "gen_salt", "crypt", "digest", "hmac"]),
    ("postgis", &["geometry", "geography", "raster", "box2d", "box3d", "st_makepoint", "st_setsrid"]),
    ("unaccent", &["unaccent"]),
    (
        "uuid-ossp",
        &[
            "uuid_generate_v1",
            "uuid_generate_v1mc",
            "uuid_generate_v3",
            "uuid_generate_v4",
            "uuid_generate_v5",
            "uuid_nil",
        ],
    ),
    ("vector", &["vector", "halfvec", "sparsevec", "vector_cosine_ops", "vector_l2_ops", "vector_ip_ops"]),
];

/// The extension that brings what the server says is missing, in whatever language it says so.
pub(crate) fn of_missing(message: &str) -> Option<&'static str> {
    let missing = quoted(message).or_else(|| called(message))?;
    let name = missing.rsplit('.').next().unwrap_or(missing);
    let found = OBJECTS.iter().find(|(_, objects)| objects.contains(&name));
    found.map(|(extension, _)| *extension)
}

/// The first name in quotation marks, of which each language has its own.
fn quoted(message: &str) -> Option<&str> {
    const MARKS: [char; 7] = ['"', '«', '»', '„', '“', '”', '「'];
    let (_, rest) = message.split_once(MARKS)?;
    let name = rest.split([MARKS.as_slice(), &['」']].concat().as_slice()).next()?;
    Some(name.trim())
}

/// The first name with arguments behind it.
fn called(message: &str) -> Option<&str> {
    let (before, _) = message.split_once('(')?;
    before.rsplit(char::is_whitespace).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_object_tells_its_extension() {
        for (message, extension) in [
            ("type \"citext\" does not exist", Some("citext")),
            ("Typ »citext« existiert nicht", Some("citext")),
            ("operator class \"gin_trgm_ops\" does not exist for access method \"gin\"", Some("pg_trgm")),
            ("function uuid_generate_v4() does not exist", Some("uuid-ossp")),
            ("type \"mood\" does not exist", None),
            ("type \"my_citext\" does not exist", None),
            ("type \"public.hstore\" does not exist", Some("hstore")),
            ("constraint \"one\" of relation \"cube\" does not exist", None),
            ("function lower(citext, vector) does not exist", None),
        ] {
            assert_eq!(of_missing(message), extension, "{message}");
        }
    }
}
