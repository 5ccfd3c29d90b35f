/** An independent reader of PNG, which comes with the QR code library. */
declare module 'pngjs' {
  export const PNG: {
    sync: { read(data: Buffer): { readonly width: number; readonly height: number; readonly data: Buffer } };
  };
}
