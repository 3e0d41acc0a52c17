/** Markup that only carries paragraphs says no more than its text; then the text is shown, in the page's own type. What is
 *  quoted doesn't count: it is folded either way. */
export function saysMoreThanText(whole: string): boolean {
  const html = whole.replace(/<blockquote\b[\s\S]*$/i, '');
  return /<(?:table|img|h[1-6]|ul|ol|font|hr|pre|center)\b|bgcolor|background|(?:^|[;"\s])color\s*:|font-size|text-align:\s*(?:center|right)|dir=/i.test(html);
}
