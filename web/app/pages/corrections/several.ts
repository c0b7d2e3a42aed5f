import { forms, type Field } from '../../gql/forms'

const holds = (field: string) => (one: Field) => one.type === 'list' && (one.name === field || one.at.some((place) => place === field || place.startsWith(`${field}.`)))

/** How to write what should stand in a field that holds several; nothing of one that holds one. */
export const severalHint = (type: string, field: string) => ((forms as Partial<Record<string, Field[]>>)[type]?.some(holds(field)) ? '列出多项时以 、 分开。' : undefined)
