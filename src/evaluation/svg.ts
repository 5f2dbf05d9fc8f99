/**
 * Escapes text for the content of an SVG element. Does not escape quotes, so do not use it in attributes.
 */
export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/**
 * Returns an SVG document with a white background and a caption at the bottom.
 *
 * @param width In pixels.
 * @param height In pixels.
 * @param margin Distance of the caption from the left edge, in pixels.
 * @param elements SVG elements to draw, as markup.
 * @param caption Plain text.
 */
export function svgDocument(
  width: number,
  height: number,
  margin: number,
  elements: readonly string[],
  caption: string,
): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="13">
<rect width="100%" height="100%" fill="#fff"/>
${elements.join("\n")}
<text x="${margin}" y="${height - 14}" fill="#555">${escapeXml(caption)}</text>
</svg>
`;
}

/** Adds data to an SVG document, as JSON in its element `metadata`. */
export function withMetadata(svg: string, data: object): string {
  const metadata = `<metadata>${escapeXml(JSON.stringify(data))}</metadata>`;
  return svg.replace(">", () => `>\n${metadata}`);
}
