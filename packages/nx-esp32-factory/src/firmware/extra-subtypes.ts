/** Partition subtypes that components add (ESP-IDF Programming Guide, "Partition Tables", "SubType", EXTRA_PARTITION_SUBTYPES). */
import { type Command, commandsOf } from './cmake';
import { joinPath, type RecordingReader } from './files';

/** A subtype is a byte: more names are not those of a project. */
const SUBTYPES_MAX = 256;

/** Components that are looked at for subtypes, at most. */
const COMPONENTS_MAX = 64;

const WORD = 'EXTRA_PARTITION_SUBTYPES';

/**
 * The partition subtypes that the project, its main component or a component beside it that main requires adds:
 * type number -> name -> number.
 */
export function readExtraSubtypes(
  root: string,
  reader: RecordingReader,
): Record<number, Record<string, number>> {
  const subtypes: Record<number, Record<string, number>> = { 0: {}, 1: {} };
  let count = 0;
  const commands = (path: string) => [...commandsOf(reader.readText(joinPath(root, path)) ?? '')];
  const components = requiredBy(commands('main/CMakeLists.txt')).map((name) => `components/${name}`);
  const files = ['', 'main/', ...components.map((folder) => `${folder}/`)].flatMap((folder) => [
    `${folder}CMakeLists.txt`,
    `${folder}project_include.cmake`,
  ]);
  for (const { args } of files.flatMap(commands)) {
    const words = args.map(({ text }) => text);
    const start = words.indexOf(WORD);
    if (start < 0) continue;
    // ESP-IDF reads the number as hexadecimal, with or without 0x.
    for (const [, type, subtype, value] of words
      .slice(start + 1)
      .join(' ')
      .matchAll(/\b(app|data)\s*,\s*(\w+)\s*,\s*(?:0x)?([0-9a-f]+)\b/gi)) {
      const names = subtypes[type?.toLowerCase() === 'app' ? 0 : 1];
      if (names !== undefined && subtype !== undefined && count++ < SUBTYPES_MAX)
        names[subtype.toLowerCase()] = Number.parseInt(value ?? '', 16);
    }
  }
  return subtypes;
}

/** The names after REQUIRES and PRIV_REQUIRES of a component. */
function requiredBy(commands: readonly Command[]): string[] {
  const names = new Set<string>();
  for (const { args } of commands) {
    let isName = false;
    for (const name of args.flatMap(({ text }) => text.split(';'))) {
      if (/^[A-Z_]+$/.test(name)) isName = name === 'REQUIRES' || name === 'PRIV_REQUIRES';
      else if (isName && /^[\w-]+$/.test(name) && names.size < COMPONENTS_MAX) names.add(name);
    }
  }
  return [...names];
}
