// Writes what the forms of 维护 stand on: which fields a roster's records take, of which type, under
// which words, and where each is read. All of it follows from the inputs …Fields of schema.graphqls;
// here stands only where a record holds a field under another name.
const rosters = ['Mediator', 'Expert', 'InvitedListing', 'Organization']

const elsewhere = {
  'Mediator.employer': ['employerListed'],
  'Expert.phone': ['person.mobile'],
  'InvitedListing.phone': ['person.mobile'],
  source: ['sourceLabel', 'source'],
  birthDate: ['person.birthDate', 'person.birthMonth'],
  citizenId: [], // never given back
  'Organization.parentId': ['parent.id'],
  creditCodeEvidence: [], // kept as part of the reason
}
const ofPerson = ['citizenId']
const keys = { Region: 'code', Court: 'code', Specialty: 'label' }
const types = { String: 'text', Int: 'whole', Float: 'number', Boolean: 'flag', Date: 'date', ID: 'organization' }

/** The description 姓名，登记时必填。 / Name. as a label, a hint, and whether registering needs it. */
function words(description) {
  const [label, ...more] = description.split(' / ')[0].replace(/。$/, '').split(/[，：；]/)
  return { label, hint: more.filter((part) => part !== '登记时必填' && part !== '代码或名称' && part !== '代字或名称').join('，'), needed: more.includes('登记时必填') }
}

export const plugin = (schema) => {
  const bare = (type) => (type.ofType ? bare(type.ofType) : type)
  const isList = (type) => (type.ofType ? type.constructor.name === 'GraphQLList' || isList(type.ofType) : false)
  const person = schema.getType('Person').getFields()
  const forms = {}
  const queries = {}
  for (const roster of rosters) {
    const record = schema.getType(roster).getFields()
    const placesOf = (name) => {
      const known = elsewhere[`${roster}.${name}`] ?? elsewhere[name]
      if (known) return known
      if (record[name]) return [keys[bare(record[name].type).name] ? `${name}.${keys[bare(record[name].type).name]}` : name]
      if (person[name]) return [`person.${name}`]
      throw new Error(`${roster}Fields.${name} stands nowhere in ${roster}: say where in codegen.forms.mjs`)
    }
    const fields = Object.values(schema.getType(`${roster}Fields`).getFields()).filter((field) => !field.deprecationReason)
    forms[roster] = fields.map((field) => {
      const type = bare(field.type)
      const at = placesOf(field.name)
      return {
        name: field.name,
        ...words(field.description),
        type: isList(field.type) ? 'list' : type.getValues ? 'choice' : types[type.name],
        ...(type.getValues ? { of: type.name } : {}),
        at,
        ofPerson: ofPerson.includes(field.name) || at.some((place) => place.startsWith('person.')),
      }
    })
    const tree = {}
    for (const place of ['id', 'name', 'revision', ...forms[roster].flatMap(({ at }) => at), ...(record.organization ? ['organization.id', 'organization.name'] : [])]) {
      place.split('.').reduce((level, part) => (level[part] ??= {}), tree)
    }
    const written = (level) => Object.entries(level).map(([name, inner]) => (Object.keys(inner).length ? `${name} { ${written(inner)} }` : name)).join(' ')
    queries[roster] = `query Form${roster}($id: ID!) { node(id: $id) { __typename ... on ${roster} { ${written(tree)} } } }`
  }
  return [
    '// Machine-made from schema.graphqls.',
    'export interface Field { name: string; label: string; hint: string; needed: boolean; type: "text" | "whole" | "number" | "flag" | "date" | "list" | "choice" | "organization"; of?: string; at: string[]; ofPerson: boolean }',
    `export type RosterType = ${rosters.map((roster) => `'${roster}'`).join(' | ')}`,
    `export const forms: Record<RosterType, Field[]> = ${JSON.stringify(forms, null, 1)}`,
    `export const formQueries: Record<RosterType, string> = ${JSON.stringify(queries, null, 1)}`,
  ].join('\n')
}
