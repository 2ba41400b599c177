//! The page for when nothing else works: needs no template, catalogue or database.

const PAGE: &str = include_str!("../../../templates/pages/fault.html");

/// The page of a server fault, below the issuer's path `base`.
#[must_use]
pub fn page(base: &str) -> String {
    PAGE.replace("href=\"/assets/", &format!("href=\"{base}/assets/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_has_a_page_of_its_own() {
        assert!(page("").contains("href=\"/assets/style.css\""));
        assert!(page("/pay").contains("href=\"/pay/assets/style.css\""));
        assert!(page("").contains("<h1>Sorry, something went wrong</h1>"));
        assert!(page("").contains("Try again"));
    }
}
