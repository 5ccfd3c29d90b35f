import fc from 'fast-check';
import { utf8, utf8Length } from '../../src/bytes';
import { FactoryError } from '../../src/errors';
import { formatNvsCsv, type NvsItem, parseNvsCsv } from '../../src/nvs';

const HEADER = 'key,type,encoding,value\nns,namespace,,\n';
const readValue = (row: string, readFile?: (name: string) => Uint8Array) => {
  const item = parseNvsCsv(`${HEADER}${row}\n`, readFile && { readFile })[1];
  if (item === undefined || item.type === 'namespace') throw new Error('no value');
  return item.value;
};
const findingsOf = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    if (error instanceof FactoryError)
      return error.findings.map(({ code, where }) => [code, where.file, where.line]);
    throw error;
  }
  return [];
};

describe('values', () => {
  const rows: readonly (readonly [row: string, value: unknown])[] = [
    ['k,data,u8,7', 7],
    ['k,data,U8,7', 7],
    ['k,data,u8, 007 ', 7],
    ['k,data,u8,0x1F', 31],
    ['k,data,u8,0b101', 5],
    ['k,data,u8,0o17', 15],
    ['k,data,i8,-0x80', -128],
    ['k,data,u32,+1_000', 1000],
    ['k,data,u64,0xFFFFFFFFFFFFFFFF', 2n ** 64n - 1n],
    ['k,data,i64,-1', -1n],
    ['k,data,string,', ''],
    ['k,data,string,""', ''],
    ['k,data,string,  kept  ', '  kept  '],
    ['k,data,string,"a,""b"""', 'a,"b"'],
    ['k,data,string,"""b"""', '"b"'],
    ['k,data,string,5" disk', '5" disk'],
    ['k,data,string, "b"', ' "b"'],
    ['k,data,string,"a\nb"', 'a\nb'],
    ['k,data,string,"a\r\nb"', 'a\nb'],
    ['k,data,string,"a\n#b"', 'a\n#b'],
    ['k,data,string,a#b', 'a#b'],
    ['k,data,string,a,,', 'a'],
    ['k,data,hex2bin, 00fF ', Uint8Array.of(0, 255)],
    ['k,data,hex2bin,', new Uint8Array(0)],
    ['k,data,base64,AP8=', Uint8Array.of(0, 255)],
    ['k,data,base64,"AP8A\n/wA="', Uint8Array.of(0, 255, 0, 255, 0)],
    ['k,data,binary,é', utf8('é')],
    ['k,data,blob_fill(3;0x0a),é', Uint8Array.of(0xc3, 0xa9, 10)],
    ['k,data,blob_fill(0;0x0a),', new Uint8Array(0)],
    ['k,data,blob_sz_fill(3;0xFF),é', Uint8Array.of(2, 0, 0, 0, 0xc3, 0xa9, 255)],
    ['k,file,binary,f', utf8('12\n')],
    ['k,file,string,f', '12\n'],
    ['k,file,hex2bin,f', Uint8Array.of(0x12)],
    ['k,file,u8,f', 12],
    ['k,file,blob_fill(4;0x00),f', utf8('12\n\0')],
    ['sta.ssid,data,string,x', 'x'],
  ];
  test.each(rows)('%j', (row, value) => {
    expect(readValue(row, () => utf8('12\n'))).toEqual(value);
  });

  test('no rows are added', () => {
    const rows = ['sta.ssid', 'sta.pswd', 'ap.ssid', 'ap.passwd', 'ap.authmode'].map(
      (key) => `${key},data,string,1\n`,
    );
    expect(parseNvsCsv(HEADER + rows.join(''))).toHaveLength(6);
  });
});

describe('framing', () => {
  test('a header with spaces: spaces around the cells do not count', () => {
    const csv = 'key , type, encoding, value\nns, namespace, ,\na , data, string, x y \nb, data, u8, 1\n';
    const plain = 'key,type,encoding,value\nns,namespace,,\na,data,string,x y\nb,data,u8,1\n';
    expect(parseNvsCsv(csv)).toEqual(parseNvsCsv(plain));
    const quoted = csv.replace(' x y ', ' " x, y " ');
    expect(parseNvsCsv(quoted)[1]).toMatchObject({ key: 'a', value: ' x, y ' });
    expect(findingsOf(() => parseNvsCsv(csv.replace('u8, 1', 'u8, one')))).toEqual([
      ['nvs.value-not-integer', undefined, 4],
    ]);
  });

  test('spaces around type and encoding never count', () => {
    expect(readValue('k, data, string , x ')).toBe(' x ');
  });

  test('comments, blank lines, byte order mark, CRLF, and the line of each row', () => {
    const csv =
      '\ufeff# "comment\r\nkey,type,encoding,value\r\n\r\nns,namespace\r\n#,"\r\n' +
      'a,data,string,"x\r\ny"\r\n# end\r\nb,data,u8,1';
    expect(parseNvsCsv(utf8(csv))).toEqual([
      { type: 'namespace', namespace: 'ns', where: { line: 4 } },
      { namespace: 'ns', key: 'a', type: 'string', value: 'x\ny', where: { line: 6 } },
      { namespace: 'ns', key: 'b', type: 'u8', value: 1, where: { line: 9 } },
    ]);
  });

  test('several inputs, one namespace, columns in any order', () => {
    const items = parseNvsCsv([
      { text: 'key,type,encoding,value\nns,namespace,,\n', file: 'one.csv' },
      { text: 'comment,value,encoding,type,key\nhi,1,u8,data,a\n', file: 'two.csv' },
    ]);
    expect(items[1]).toEqual({
      namespace: 'ns',
      key: 'a',
      type: 'u8',
      value: 1,
      where: { file: 'two.csv', line: 2 },
    });
  });

  test('all errors are reported at once, each with file and line', () => {
    const act = () =>
      parseNvsCsv([
        {
          text: 'key,type,encoding,value\nlost,data,u8,1\nlost2,data,u8,1\nns,namespace,,\na,data,u8,x\n',
          file: 'one.csv',
        },
        {
          text: 'key,type,encoding,value\nb,data,hex2bin,x\n\n# note\nc,data,string,"open\n',
          file: 'two.csv',
        },
        {
          text: 'key,type,encoding,value\nd,data,hex2bin,"l1\nl2"\ne,dta,u8,1\nf,data,string,a,b\ng,data,string,"a"b\n',
          file: 'three.csv',
        },
      ]);
    expect(findingsOf(act)).toEqual([
      ['nvs.namespace-missing', 'one.csv', 2],
      ['nvs.value-not-integer', 'one.csv', 5],
      ['nvs.csv-quote-open', 'two.csv', 5],
      ['nvs.csv-hex', 'three.csv', 2],
      ['nvs.csv-type-unknown', 'three.csv', 4],
      ['nvs.csv-fields', 'three.csv', 5],
      ['nvs.csv-quote-text', 'three.csv', 6],
    ]);
  });

  test('an error of readFile gets the location of the row', () => {
    const readFile = () => {
      throw new FactoryError([
        {
          code: 'x.missing',
          severity: 'error',
          params: {},
          where: { file: 'cert.der' },
          message: '',
          help: '',
        },
      ]);
    };
    const csv = { text: `${HEADER}k,file,binary,cert.der\n`, file: 'values.csv' };
    expect(findingsOf(() => parseNvsCsv(csv, { readFile }))).toEqual([['x.missing', 'cert.der', 3]]);
  });
});

describe('round trips', () => {
  const key = fc.string({ minLength: 1, maxLength: 15, unit: 'grapheme' }).filter((text) => {
    return utf8Length(text) <= 15 && !/[\0\r]|\p{Surrogate}/u.test(text);
  });
  const value = fc.oneof(
    fc.record({ type: fc.constant('u8' as const), value: fc.integer({ min: 0, max: 255 }) }),
    fc.record({
      type: fc.constant('i64' as const),
      value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    }),
    fc.record({
      type: fc.constant('string' as const),
      value: fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '#', ' ', 'é', '🚀') }),
    }),
    fc.record({ type: fc.constant('blob' as const), value: fc.uint8Array({ maxLength: 100 }) }),
  );
  const item: fc.Arbitrary<NvsItem> = fc.oneof(
    fc
      .tuple(key, key, value)
      .map(([namespace, name, typed]): NvsItem => ({ namespace, key: name, ...typed })),
    key.map((namespace): NvsItem => ({ type: 'namespace', namespace })),
  );

  test('items -> CSV -> the same items', () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 8 }), (items) => {
        const opened = withNamespaces(items);
        const read = parseNvsCsv(formatNvsCsv(items)).map(({ where: _where, ...rest }) => rest);
        expect(read).toEqual(opened);
      }),
    );
  });

  test('any text is parsed or rejected', () => {
    const noise = fc.string({
      unit: fc.constantFrom('k', ',', '"', '\n', '#', '\r', 'data', 'u8', '1', 'namespace'),
    });
    fc.assert(
      fc.property(noise, (text) => {
        findingsOf(() => parseNvsCsv(`key,type,encoding,value\n${text}`));
      }),
    );
  });
});

/** The items with a namespace row wherever the namespace changes. */
function withNamespaces(items: readonly NvsItem[]): NvsItem[] {
  let current = '';
  return items.flatMap((item): NvsItem[] => {
    const changes = item.namespace !== current && item.type !== 'namespace';
    current = item.namespace;
    return changes ? [{ type: 'namespace', namespace: current }, item] : [item];
  });
}
