const PLAIN = /^[\w@%+=:,./-]+$/;

/** A word of a command that people paste into a shell, quoted where it must be. */
export function shellWord(text: string, platform: NodeJS.Platform = process.platform): string {
  if (PLAIN.test(text)) return text;
  return platform === 'win32' ? `"${text.replaceAll('"', '\\"')}"` : `'${text.replaceAll("'", "'\\''")}'`;
}
