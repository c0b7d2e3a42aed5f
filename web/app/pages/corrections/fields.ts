import known from './disputable.json'

/** What can be objected to, by type of record. The hub decides; a test holds the list against it. */
export const disputable: Partial<Record<string, string[]>> = known
