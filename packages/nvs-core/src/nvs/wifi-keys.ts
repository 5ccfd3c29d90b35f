/**
 * The keys that nvs_partition_gen adds to Wi-Fi credentials (0.1.9 and newer; nvs_partition_gen.py, write_entry):
 * sta.apinfo, sta.pmk and sta.apsw after the first of sta.ssid and sta.pswd, ap.pmk_info once ap.ssid, ap.passwd and
 * ap.authmode are known. It does so in any namespace; the Wi-Fi driver reads nvs.net80211.
 */
import { utf8 } from '../bytes/text';
import { wifiKey } from '../crypto/pbkdf2';
import type { Finding } from '../errors/factory-error';
import { nvsErrors } from '../errors/nvs';
import type { NvsItem } from './values';

const DRIVER_NAMESPACE = 'nvs.net80211';
const STATION = ['sta.ssid', 'sta.pswd'] as const;
const STATION_KEYS: readonly (readonly [key: string, length: number, byte: number])[] = [
  ['sta.apinfo', 140, 0xff],
  ['sta.pmk', 32, 0],
  ['sta.apsw', 2, 0],
];
const ACCESS_POINT = ['ap.ssid', 'ap.passwd', 'ap.authmode'] as const;
const ACCESS_POINT_KEY = 'ap.pmk_info';
/** Bytes of ap.pmk_info before the key. */
const PMK_OFFSET = 100;

type Entry = Exclude<NvsItem, { type: 'namespace' }>;

/** Adds the keys row by row; one object for all rows of an image. */
export class WifiKeys {
  readonly #accessPoint = new Map<string, string>();
  #hasStation = false;

  /** The row's item with those that are written before and after it; `text` is its value as written. */
  expand(item: NvsItem, text: string | undefined): readonly NvsItem[] {
    if (item.type === 'namespace' || text === undefined) return [item];
    if (isOneOf(STATION, item.key) && !this.#hasStation) {
      this.#hasStation = true;
      const added = STATION_KEYS.map(([key, length, byte]) =>
        addedTo(item, key, new Uint8Array(length).fill(byte)),
      );
      return [item, ...added];
    }
    if (!isOneOf(ACCESS_POINT, item.key)) return [item];
    if (text !== '' && !(item.key === 'ap.authmode' && text === '0')) this.#accessPoint.set(item.key, text);
    const [ssid, passphrase, mode] = ACCESS_POINT.map((key) => this.#accessPoint.get(key));
    if (ssid === undefined || passphrase === undefined || mode === undefined) return [item];
    const info = new Uint8Array(PMK_OFFSET + 32);
    info.set(wifiKey(utf8(passphrase), utf8(ssid)), PMK_OFFSET);
    return [addedTo(item, ACCESS_POINT_KEY, info), item];
  }
}

function addedTo({ namespace, where }: Entry, key: string, value: Uint8Array): NvsItem {
  return { namespace, key, type: 'blob', value, ...(where && { where }) };
}

/** The items without added ones that a row of the CSV gives itself. */
export function withoutGivenTwice(items: readonly NvsItem[], added: ReadonlySet<NvsItem>): NvsItem[] {
  const given = new Set(items.filter((item) => !added.has(item)).map(nameOf));
  return items.filter((item) => !added.has(item) || !given.has(nameOf(item)));
}

function nameOf(item: NvsItem): string {
  return item.type === 'namespace' ? item.namespace : `${item.namespace}\0${item.key}`;
}

/** A finding for each namespace with Wi-Fi credentials that lacks the keys that nvs_partition_gen adds. */
export function checkWifiKeys(items: readonly NvsItem[]): Finding[] {
  const namespaces = new Map<string, Entry[]>();
  for (const item of items) {
    if (item.type === 'namespace' || !/^(?:sta|ap)\./.test(item.key)) continue;
    const entries = namespaces.get(item.namespace) ?? [];
    entries.push(item);
    namespaces.set(item.namespace, entries);
  }
  return [...namespaces].flatMap(([namespace, entries]) => {
    const has = (key: string) => entries.some((entry) => entry.key === key);
    const isOpen = entries.some(({ key, value }) => key === 'ap.authmode' && Number(value) === 0);
    const missing = [
      ...(STATION.some(has) ? STATION_KEYS.map(([key]) => key) : []),
      ...(ACCESS_POINT.every(has) && !isOpen ? [ACCESS_POINT_KEY] : []),
    ].filter((key) => !has(key));
    const [first] = entries;
    if (missing.length === 0 || first === undefined) return [];
    const params = { namespace, missing };
    const severity = namespace === DRIVER_NAMESPACE ? 'warning' : 'info';
    return [nvsErrors.finding('nvs.csv-wifi-keys', params, first.where ?? {}, severity)];
  });
}

function isOneOf(keys: readonly string[], key: string): boolean {
  return keys.includes(key);
}
