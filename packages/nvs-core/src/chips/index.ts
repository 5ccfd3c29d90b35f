export * from './chips';
