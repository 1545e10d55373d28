/**
 * JSON as PHP's `json_encode` writes it without flags: `/` as `\/`, everything beyond ASCII as `\uXXXX`.
 *
 * @see https://www.php.net/manual/en/json.constants.php (JSON_UNESCAPED_SLASHES, JSON_UNESCAPED_UNICODE are off)
 */
export function phpJson(value: unknown): string {
  return (JSON.stringify(value) ?? 'null').replace(/[/\u0080-\uffff]/g, (character) =>
    character === '/' ? '\\/' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
