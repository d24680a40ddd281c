const OWN_MEDIA =
  /^(?:\/v1)?\/media\/[A-Za-z0-9][A-Za-z0-9._~%-]*(\/[A-Za-z0-9][A-Za-z0-9._~%-]*)*$/;

/** An address that a browser can fetch a picture from: http(s), or a path of our own media. */
export function isImageReference(text: string): boolean {
  if (text.startsWith('/')) return OWN_MEDIA.test(text);
  if (!/^https?:\/\/[^\s"'<>\\]+$/i.test(text)) return false;
  const url = URL.parse(text);
  return url !== null && url.username === '' && url.password === '';
}
