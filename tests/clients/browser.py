"""A browser for the clients here: it keeps cookies by host, follows redirects and sends forms. Nothing but Python."""

import html
import http.client
import re
from urllib.parse import urlencode, urljoin, urlsplit


class Browser:
    """Keeps cookies by host, as browsers do, and follows redirects.

    One that would leave for a URL that begins with `ends_at` is not followed: it is in `url`, with a status of 0 and no
    page. `connect` makes the connection for the parts of a URL, where it is not what the URL says.
    """

    def __init__(self, ends_at=None, connect=None):
        self.cookies = {}
        self.url = None
        self.ends_at = ends_at
        self.connect = connect or plain

    def open(self, url, form=None):
        for _ in range(10):
            self.url = url
            if self.ends_at is not None and url.startswith(self.ends_at):
                return 0, ""
            parts = urlsplit(url)
            connection = self.connect(parts)
            jar = self.cookies.setdefault(parts.hostname, {})
            headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in jar.items())} if jar else {}
            body = None
            if form is not None:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
                headers["Origin"] = f"{parts.scheme}://{parts.netloc}"
                headers["Sec-Fetch-Site"] = "same-origin"
                body = urlencode(form)
            path = parts.path or "/"
            target = f"{path}?{parts.query}" if parts.query else path
            connection.request("GET" if form is None else "POST", target, body, headers)
            answer = connection.getresponse()
            page = answer.read().decode()
            connection.close()
            for header in answer.headers.get_all("Set-Cookie") or []:
                name, _, value = header.split(";")[0].partition("=")
                jar[name] = value
            location = answer.headers.get("Location")
            if location is None:
                return answer.status, page
            url, form = urljoin(url, location), None
        raise RuntimeError("too many redirects")

    def submit(self, page, button, **typed):
        """Sends the form that holds the button with these words on it, or with this value."""
        for form in re.findall(r"<form[^>]*>.*?</form>", page, re.S):
            fields = {}
            for tag in re.findall(r"<input[^>]*>", form):
                found = attributes(tag)
                if "name" in found:
                    fields[found["name"]] = found.get("value", "")
            for tag, inner in re.findall(r"<button([^>]*)>(.*?)</button>", form, re.S):
                found = attributes(tag)
                if button not in (found.get("value"), words(inner).strip()):
                    continue
                if "name" in found:
                    fields[found["name"]] = found.get("value", "")
                fields.update(typed)
                action = attributes(re.match(r"<form[^>]*>", form).group(0)).get("action", self.url)
                return self.open(urljoin(self.url, action), fields)
        raise RuntimeError(f"no button {button!r} on {self.url}:\n{words(page)}")


def attributes(tag):
    return {name: html.unescape(value) for name, value in re.findall(r'([a-z-]+)="([^"]*)"', tag)}


def words(page):
    """What a page says."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", page)))


def plain(parts):
    return http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
