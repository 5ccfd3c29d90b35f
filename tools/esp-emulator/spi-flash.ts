import type { SpiRegisters } from './chips';

const USER_COMMAND = 2 ** 18;
const MANUFACTURER = 0xc8;

/** Runs an SPI transaction that was set up in the controller's registers, and writes its result to them. */
export function runSpiCommand(
  registers: Map<number, number>,
  spi: SpiRegisters,
  flash: { readonly length: number },
): void {
  const pending = registers.get(spi.command) ?? 0;
  if (Math.floor(pending / USER_COMMAND) % 2 === 0) return;
  registers.set(spi.command, pending - USER_COMMAND);
  const command = (registers.get(spi.user2) ?? 0) & 0xff;
  const rawAddress = registers.get(spi.address) ?? 0;
  const address = spi.addressFromTop ? Math.floor(rawAddress / 256) : rawAddress;
  registers.set(spi.data, answer(command, address, flash.length));
}

function answer(command: number, address: number, flashSize: number): number {
  switch (command) {
    case 0x9f: // RDID: manufacturer, type, capacity as a power of two
      return MANUFACTURER | (0x40 << 8) | (Math.log2(flashSize) << 16);
    case 0x5a: // SFDP: signature at 0, manufacturer of the first extra header at 0x10
      return address === 0 ? 0x50444653 : MANUFACTURER;
    default:
      return 0;
  }
}
