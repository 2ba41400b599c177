use roxmltree::{Document, Node};

const SVG: &str = "http://www.w3.org/2000/svg";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

/// The operator's mark: a small picture that asks nobody and runs nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The picture.
    pub bytes: Vec<u8>,
    /// Its media type.
    pub media_type: &'static str,
}

impl Mark {
    /// The largest mark, in bytes.
    pub const LARGEST: u64 = 64 * 1024;

    /// Takes `bytes` for what they are; the error is the rule that they break.
    pub fn read(bytes: Vec<u8>) -> Result<Self, &'static str> {
        if bytes.len() as u64 > Self::LARGEST {
            return Err("it must have at most 65536 bytes");
        }
        let media_type = if bytes.starts_with(PNG) {
            "image/png"
        } else {
            judge(&bytes)?;
            "image/svg+xml"
        };
        Ok(Self { bytes, media_type })
    }
}

fn judge(bytes: &[u8]) -> Result<(), &'static str> {
    let kind = "it must be an SVG without a DOCTYPE, in UTF-8, or a PNG";
    let text = std::str::from_utf8(bytes).map_err(|_| kind)?;
    let document = Document::parse(text).map_err(|_| kind)?;
    if !document.root_element().has_tag_name((SVG, "svg")) {
        return Err(kind);
    }
    document.descendants().try_for_each(judge_node)
}

fn judge_node(node: Node<'_, '_>) -> Result<(), &'static str> {
    let outside = "it must refer to nothing outside of itself";
    if node.is_pi() {
        return Err(outside);
    }
    if node.is_element() && node.tag_name().namespace() != Some(SVG) {
        return Err("it must hold nothing but SVG");
    }
    let name = node.tag_name().name().to_ascii_lowercase();
    if [
        "script",
        "foreignobject",
        "handler",
        "iframe",
        "embed",
        "object",
    ]
    .contains(&name.as_str())
    {
        return Err("it must hold no script and no foreignObject");
    }
    for attribute in node.attributes() {
        let name = attribute.name().to_ascii_lowercase();
        if name.starts_with("on") {
            return Err("it must hold no event handler");
        }
        let target = attribute.value().trim().to_ascii_lowercase();
        if name == "attributename" && (target.starts_with("on") || target.ends_with("href")) {
            return Err(outside);
        }
        let refers = ["href", "src", "base"].contains(&name.as_str());
        // What an animation writes can be a reference, too.
        let animates = ["to", "from", "by", "values"].contains(&name.as_str())
            && attribute.value().contains(':');
        let styles = attribute.namespace().is_none() && leads_out(attribute.value());
        if (refers && !attribute.value().trim_start().starts_with('#')) || animates || styles {
            return Err(outside);
        }
    }
    let is_style = name == "style";
    let styles: String = node.children().filter_map(|child| child.text()).collect();
    if is_style && leads_out(&styles) {
        return Err(outside);
    }
    Ok(())
}

/// Whether a style loads something: CSS can hide any word behind a backslash.
fn leads_out(style: &str) -> bool {
    let style = style.to_ascii_lowercase();
    let quotes = ['"', '\'', ' ', '\t', '\n', '\r'];
    let loads = style
        .split("url(")
        .skip(1)
        .any(|target| !target.trim_start_matches(quotes).starts_with('#'));
    loads
        || style.contains('\\')
        || style.contains("@import")
        || style.contains("image-set")
        || style.contains("src(")
        || style.contains("image(")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawing(inside: &str) -> Vec<u8> {
        format!("<svg xmlns=\"{SVG}\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 8 8\">{inside}</svg>")
            .into_bytes()
    }

    #[test]
    fn a_drawing_is_taken() {
        for inside in [
            "<title>Acme &amp; Co</title><path d=\"M0 0h8v8z\" fill=\"#0b4f6c\"/>",
            "<defs><linearGradient id=\"a\"><stop offset=\"0\"/></linearGradient></defs><path fill=\"url(#a)\"/>",
            "<g id=\"g\"/><use href=\"#g\"/><use xlink:href=\"#g\"/>",
            "<style>.a { fill: url( '#a' ) } /* one, only */</style><circle class=\"a\" r=\"4\" style=\"opacity: .5\"/>",
            "<!-- <script> --><text>on the url</text>",
            "<circle r=\"1\"><animate attributeName=\"r\" from=\"1\" to=\"2\" values=\"1;2\" dur=\"1s\"/></circle>",
        ] {
            let mark = Mark::read(drawing(inside)).unwrap();
            assert_eq!(mark.media_type, "image/svg+xml", "{inside}");
        }
    }

    #[test]
    fn a_drawing_that_runs_or_asks_is_refused() {
        for inside in [
            "<script>alert(1)</script>",
            "<x:script xmlns:x=\"http://www.w3.org/2000/svg\"/>",
            "<SCRIPT/>",
            "<foreignObject><p xmlns=\"http://www.w3.org/1999/xhtml\">x</p></foreignObject>",
            "<path onload=\"alert(1)\"/>",
            "<path ONclick=\"alert(1)\"/>",
            "<use href=\"https://evil.example/a.svg#b\"/>",
            "<use xlink:href=\"//evil.example/a.svg#b\"/>",
            "<image href=\"data:image/png;base64,AA\"/>",
            "<a href=\"java&#115;cript:alert(1)\"/>",
            "<a><set attributeName=\"href\" to=\"javascript:alert(1)\"/></a>",
            "<path fill=\"url(https://evil.example/#a)\"/>",
            "<path fill=\"ur&#108;(//evil.example/#a)\"/>",
            "<path style=\"fill: u\\72l(//evil.example/)\"/>",
            "<style>@import '//evil.example/a.css';</style>",
            "<style>@imp<![CDATA[ort]]> '//evil.example/a.css';</style>",
            "<style>.a { background: URL(//evil.example/) }</style>",
            "<?xml-stylesheet href=\"//evil.example/a.css\"?>",
            "<g xml:base=\"https://evil.example/\"/>",
            "<img xmlns=\"http://www.w3.org/1999/xhtml\" srcset=\"http://evil.example/a\"/>",
            "<x:meta xmlns:x=\"http://www.w3.org/1999/xhtml\" http-equiv=\"refresh\"/>",
            "<set attributeName=\"onclick\" to=\"alert(1)\"/>",
            "<animate attributeName=\"xlink:href\" values=\"a;b\"/>",
            "<path style=\"background: image('http://evil.example/a')\"/>",
        ] {
            assert!(Mark::read(drawing(inside)).is_err(), "{inside}");
        }
    }

    #[test]
    fn only_small_drawings_and_pictures_are_marks() {
        let with_entities =
            "<!DOCTYPE svg [<!ENTITY a \"b\">]><svg xmlns=\"http://www.w3.org/2000/svg\">&a;</svg>";
        for bytes in [
            &b""[..],
            b"GIF89a",
            b"<html xmlns=\"http://www.w3.org/1999/xhtml\"/>",
            b"<svg/>",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\">",
            b"\xff\xfe<\0s\0v\0g\0",
            with_entities.as_bytes(),
            b"\x89PNG\r\n\x1a\n",
        ] {
            assert!(Mark::read(bytes.to_vec()).is_err());
        }
        let png = [PNG, b"\0\0\0\x01"].concat();
        assert_eq!(Mark::read(png.clone()).unwrap().media_type, "image/png");
        let mut large = png;
        large.resize(64 * 1024 + 1, 0);
        assert_eq!(Mark::read(large), Err("it must have at most 65536 bytes"));
    }
}
