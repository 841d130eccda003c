//! How values travel to the browser, inside a document and as answers of server functions: JSON, read in two steps.
//!
//! A browser loads the code that reads a type for every view model there is. Reading a tree of values takes a good deal
//! less of it than reading text, and less again where a structure is an object and never a list of its fields. So the
//! text is read once for all types, into a tree, and [`Tree`] is all that a type has to be read from.

use leptos::{
    server::codee::{Decoder, Encoder},
    server_fn::{ContentType, Decodes, Encodes, Format, FormatType, codec::Post},
};
use serde::{
    Deserializer, Serialize,
    de::{
        DeserializeOwned, Error as _, IntoDeserializer, Visitor,
        value::{MapAccessDeserializer, MapDeserializer, SeqDeserializer},
    },
    forward_to_deserialize_any,
};
use serde_json::{Error, Value};

/// JSON. For `SharedValue`; what a page reads travels as a `page::Answer`.
#[derive(Debug)]
pub struct Json;

/// The body of a server function's request or answer.
pub type JsonBody = Post<Json>;

/// Reads a value of JSON.
///
/// # Errors
/// When the text is no JSON, or is none of a `T`.
pub fn read<T: DeserializeOwned>(text: &[u8]) -> serde_json::Result<T> {
    T::deserialize(Tree(serde_json::from_slice(text)?))
}

/// A value of JSON that types are read from.
struct Tree(Value);

type Fields = MapDeserializer<'static, Box<dyn Iterator<Item = (String, Tree)>>, Error>;

fn fields(object: serde_json::Map<String, Value>) -> Fields {
    MapDeserializer::new(Box::new(object.into_iter().map(|(name, value)| (name, Tree(value)))))
}

impl IntoDeserializer<'_, Error> for Tree {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Tree {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(values) => visitor.visit_seq(SeqDeserializer::new(values.into_iter().map(Tree))),
            Value::Object(object) => visitor.visit_map(fields(object)),
            other => other.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            Value::Object(object) => visitor.visit_map(fields(object)),
            _ => Err(Error::custom(name)),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Array(values) => visitor.visit_seq(SeqDeserializer::new(values.into_iter().map(Tree))),
            _ => Err(Error::custom("a list")),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            Value::Object(object) => {
                MapAccessDeserializer::new(fields(object)).deserialize_enum(name, variants, visitor)
            }
            Value::String(variant) => variant.into_deserializer().deserialize_enum(name, variants, visitor),
            _ => Err(Error::custom(name)),
        }
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_string(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_string(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::String(text) => visitor.visit_string(text),
            _ => Err(Error::custom("a text")),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Bool(truth) => visitor.visit_bool(truth),
            _ => Err(Error::custom("true or false")),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct map
    }
}

impl<T: Serialize> Encoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, serde_json::Error> {
        serde_json::to_string(value)
    }
}

impl<T: DeserializeOwned> Decoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, serde_json::Error> {
        read(text.as_bytes())
    }
}

impl ContentType for Json {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for Json {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for Json {
    type Error = serde_json::Error;

    fn encode(value: &T) -> Result<bytes::Bytes, serde_json::Error> {
        serde_json::to_vec(value).map(Into::into)
    }
}

impl<T: DeserializeOwned> Decodes<T> for Json {
    type Error = serde_json::Error;

    fn decode(text: bytes::Bytes) -> Result<T, serde_json::Error> {
        read(&text)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Serialize};

    use super::read;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Everything {
        truth: bool,
        number: i64,
        share: f64,
        text: String,
        nothing: Option<String>,
        something: Option<Newtype>,
        list: Vec<Kind>,
        pair: (u8, String),
        map: BTreeMap<String, Vec<u32>>,
        outcome: Result<Box<Self>, String>,
        #[serde(default)]
        left_out: u8,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Newtype(String);

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Plain,
        Holding(i32),
        Pair(bool, String),
        Named { colour: String, depth: Option<u8> },
    }

    fn everything(outcome: Result<Box<Everything>, String>) -> Everything {
        Everything {
            truth: true,
            number: i64::MIN,
            share: 0.5,
            text: "a \u{0} \"b\" 王".to_owned(),
            nothing: None,
            something: Some(Newtype("inside".to_owned())),
            list: vec![
                Kind::Plain,
                Kind::Holding(-1),
                Kind::Pair(false, String::new()),
                Kind::Named { colour: "red".to_owned(), depth: None },
            ],
            pair: (255, "two".to_owned()),
            map: [("a".to_owned(), vec![1, 2]), (String::new(), Vec::new())].into(),
            outcome,
            left_out: 7,
        }
    }

    #[test]
    fn what_was_written_is_read_back() {
        let written = everything(Ok(Box::new(everything(Err("why".to_owned())))));
        assert_eq!(read::<Everything>(&serde_json::to_vec(&written).unwrap()).unwrap(), written);
    }

    #[test]
    fn fields_that_are_unknown_are_passed_over_and_what_does_not_fit_is_an_error() {
        assert_eq!(read::<Kind>(br#"{"named":{"colour":"red","depth":3,"new":{"a":[1]}}}"#).unwrap(), {
            Kind::Named { colour: "red".to_owned(), depth: Some(3) }
        });
        assert_eq!(read::<Newtype>(br#""text""#).unwrap(), Newtype("text".to_owned()));
        for wrong in ["{", "[]", "3", "null", r#""unknown""#, r#"{"holding":"x"}"#] {
            assert!(read::<Kind>(wrong.as_bytes()).is_err(), "{wrong}");
        }
        assert!(read::<Vec<Kind>>(br#"{"a":1}"#).is_err());
        assert!(read::<Everything>(b"[true]").is_err());
    }
}
