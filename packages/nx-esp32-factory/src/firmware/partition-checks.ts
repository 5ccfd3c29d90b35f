import {
  type Column,
  columnAt,
  DATA_SUBTYPE,
  DATA_TYPE,
  dataPartitions,
  type Finding,
  findPartition,
  type Partition,
  subtypeName,
  typeName,
  type Where,
} from 'nvs-core';
import { firmwareErrors } from '../errors/firmware';
import type { Firmware } from './firmware';
import { fixesFor, type SdkconfigFix } from './fixes';
import type { FirmwareNeeds } from './needs';
import { isTableMissing } from './partition-table';
import { locationOf } from './sdkconfig';
import { formatSetting } from './setting';

const { finding } = firmwareErrors;
const LABEL = 'CHIP_FACTORY_NAMESPACE_PARTITION_LABEL';

/** Checks that the partition that the firmware reads can hold the image. */
export function checkPartition(firmware: Firmware, needs: FirmwareNeeds): Finding[] {
  const { label, table, config } = firmware;
  const expected = needs.label ?? label.value;
  const findings: Finding[] = [];
  if (expected !== label.value) {
    const params = { expected, label: label.value, fixes: labelFixes(firmware, expected) };
    findings.push(finding('firmware.label-differs', params, locationOf(label, config.defaultsFile)));
  }
  if (isTableMissing(table)) return findings;
  const partition = findPartition(table.partitions, expected);
  if (partition === undefined) return [...findings, missing(firmware, expected)];
  const at = (column: Column) => inTable(firmware, partition, column);
  if (partition.type !== DATA_TYPE || partition.subtype !== DATA_SUBTYPE.nvs) {
    const { type, subtype } = partition;
    const params = { label: expected, type: typeName(type), subtype: subtypeName(type, subtype) };
    return [...findings, finding('firmware.partition-type', params, at('subtype'))];
  }
  if (partition.encrypted)
    findings.push(finding('firmware.partition-encrypted', { label: expected }, at('flags')));
  if (needs.readOnly === true && !partition.readonly) {
    findings.push(finding('firmware.partition-not-readonly', { label: expected }, at('flags')));
  }
  const { size } = partition;
  if (needs.size !== undefined && needs.size > size) {
    const params = { label: expected, size, imageSize: needs.size };
    findings.push(finding('firmware.partition-too-small', params, at('size')));
  } else if (needs.size !== undefined && needs.size < size) {
    const params = { label: expected, size, imageSize: needs.size };
    findings.push(finding('firmware.partition-larger', params, at('size'), 'warning'));
  }
  return [...findings, ...checkShared(firmware, partition, expected)];
}

/** Checks that there is a partition for the esp_secure_cert image. */
export function checkSecureCertPartition(firmware: Firmware, needs: FirmwareNeeds): Finding[] {
  const { table, secureCertPartition: partition, encryption } = firmware;
  if (needs.secureCert === undefined || isTableMissing(table)) return [];
  if (partition === undefined) {
    return [finding('firmware.secure-cert-partition-missing', { table: table.file }, { file: table.file })];
  }
  const findings: Finding[] = [];
  const imageSize = needs.secureCert.size ?? 0;
  if (imageSize > partition.size) {
    const params = { name: partition.name, size: partition.size, imageSize };
    findings.push(finding('firmware.secure-cert-too-small', params, inTable(firmware, partition, 'size')));
  }
  if (encryption.flash.value) {
    const params = { name: partition.name, encrypted: partition.encrypted };
    findings.push(
      finding('firmware.secure-cert-encrypted', params, inTable(firmware, partition, 'flags'), 'info'),
    );
  }
  return findings;
}

/** The source location of a field of a partition; ESP-IDF's own tables have a name, but no lines. */
export function inTable({ table }: Firmware, partition: Partition, column: Column): Where {
  return { file: table.file, ...(table.builtIn ? {} : columnAt(partition.source, column)) };
}

function missing(firmware: Firmware, expected: string): Finding {
  const { table, label, config } = firmware;
  const found = dataPartitions(table.partitions, DATA_SUBTYPE.nvs).map(({ name }) => name);
  const dedicated = dedicatedPartition(firmware);
  const fixes = dedicated === undefined || expected === dedicated ? [] : labelFixes(firmware, dedicated);
  const params = { label: expected, table: table.file, found, fixes };
  return finding('firmware.partition-missing', params, locationOf(label, config.defaultsFile));
}

/** Flashing a partition that the firmware also writes to destroys its data. */
function checkShared(firmware: Firmware, partition: Partition, expected: string): Finding[] {
  const { label, config, written } = firmware;
  const sharing = written.filter(({ value }) => value === expected);
  const [first] = sharing;
  if (first !== undefined && partition.readonly) {
    const params = { label: expected, symbol: first.symbol };
    return [finding('firmware.partition-readonly-written', params, inTable(firmware, partition, 'flags'))];
  }
  if (first === undefined && expected !== 'nvs') return [];
  const dedicated = dedicatedPartition(firmware);
  const params = {
    label: expected,
    symbols: sharing.map(({ symbol }) => symbol),
    fixes: dedicated === undefined ? [] : labelFixes(firmware, dedicated),
  };
  return [finding('firmware.partition-shared', params, locationOf(label, config.defaultsFile), 'warning')];
}

/** An NVS partition that nothing else writes to, and so fit for factory data. */
function dedicatedPartition({ table, written }: Firmware): string | undefined {
  const names = dataPartitions(table.partitions, DATA_SUBTYPE.nvs)
    .map(({ name }) => name)
    .filter((name) => name !== 'nvs' && written.every(({ value }) => value !== name));
  return names.find((name) => /fctry|factory/.test(name)) ?? (names.length === 1 ? names[0] : undefined);
}

function labelFixes({ config, label }: Firmware, value: string): SdkconfigFix[] {
  return fixesFor(config, LABEL, formatSetting(LABEL, value), label);
}
