import { toHex } from '../../src/bytes/text';
import { checkCsvItems, type NvsItem, parseNvsCsv } from '../../src/nvs';

const parse = (rows: readonly string[], wifiKeys = true, namespace = 'nvs.net80211') =>
  parseNvsCsv(['key,type,encoding,value', `${namespace},namespace,,`, ...rows, ''].join('\n'), {
    wifiKeys,
    readFile: () => new Uint8Array([1]),
  });
const shown = (items: readonly NvsItem[]) =>
  items.flatMap((item) =>
    item.type === 'namespace' ? [] : [`${item.key}=${item.type === 'blob' ? toHex(item.value) : item.value}`],
  );
const station = [`sta.apinfo=${'ff'.repeat(140)}`, `sta.pmk=${'00'.repeat(32)}`, 'sta.apsw=0000'];
// PBKDF2-HMAC-SHA1 of "password" and "IEEE", 4096 times (IEEE 802.11, J.4.2).
const KEY = 'f42c6fc52df0ebef9ebb4b90b38a5f902e83fe1b135a70e23aed762e9710a12e';

test('the station, once, after the first of its keys', () => {
  expect(shown(parse(['sta.ssid,data,string,home', 'sta.pswd,data,string,secret']))).toEqual([
    'sta.ssid=home',
    ...station,
    'sta.pswd=secret',
  ]);
});

test('the access point: its key is before the row that completes it', () => {
  const rows = ['ap.ssid,data,string,IEEE', 'ap.passwd,data,string,password', 'ap.authmode,data,u8,3'];
  expect(shown(parse(rows))).toEqual([
    'ap.ssid=IEEE',
    'ap.passwd=password',
    `ap.pmk_info=${'00'.repeat(100)}${KEY}`,
    'ap.authmode=3',
  ]);
  expect(shown(parse([...rows.slice(0, 2), 'ap.authmode,data,u8,0']))).toHaveLength(3);
  expect(shown(parse(rows.slice(0, 2)))).toHaveLength(2);
});

test('rows of the CSV are kept', () => {
  const rows = ['sta.ssid,data,string,home', 'sta.pmk,data,hex2bin,0011'];
  expect(shown(parse(rows))).toEqual(['sta.ssid=home', station[0], station[2], 'sta.pmk=0011']);
});

test('files and other rows add nothing', () => {
  expect(shown(parse(['sta.ssid,file,binary,f', 'sta.mode,data,u8,1']))).toHaveLength(2);
});

test('what is missing without the option', () => {
  const rows = ['sta.ssid,data,string,IEEE', 'sta.pmk,data,hex2bin,00'];
  const findings = checkCsvItems(parse(rows, false));
  expect(findings.map(({ code, severity, params }) => [code, severity, params])).toEqual([
    ['nvs.csv-wifi-keys', 'warning', { namespace: 'nvs.net80211', missing: ['sta.apinfo', 'sta.apsw'] }],
  ]);
  expect(findings[0]?.where).toEqual({ line: 3 });
  expect(checkCsvItems(parse(rows, false, 'app'))[0]?.severity).toBe('info');
  expect(checkCsvItems(parse(rows))).toEqual([]);
  expect(checkCsvItems(parse(['sta.mode,data,u8,1', 'other,data,string,x'], false))).toEqual([]);
});
