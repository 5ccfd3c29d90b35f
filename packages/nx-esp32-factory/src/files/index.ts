export * from './errno';
export * from './read';
export * from './write';
