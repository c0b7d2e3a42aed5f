import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { useRegions } from '../../client/regions'
import { word } from '../../words'

/** How a field of a record is shown; null for an empty one. */
export function useShown() {
  const { nameOf } = useRegions()
  return (field: string, value: unknown): ReactNode => {
    if (value == null || value === '' || (Array.isArray(value) && value.length === 0)) return null
    switch (field) {
      case 'level':
        return word('Level', value as 'CITY')
      case 'kind':
        return word('OrganizationKind', value as 'PARK')
      case 'invitee':
        return word('InviteeKind', value as 'PERSON')
      case 'source':
        return word('SourceCategory', value as 'LAWYER')
      case 'gender':
        return word('Gender', value as 'MALE')
      case 'employment':
        return word('Employment', value as 'FULL_TIME')
      case 'position':
        return word('BodyPosition', value as 'DIRECTOR')
      case 'specialties':
        return (
          <ul className="record-specialties">
            {(value as { label: string; cause?: { code: string; name: string } | null }[]).map(({ label, cause }) => (
              <li key={label}>
                {label}
                {cause && cause.name !== label && <span className="soft">　{cause.code} {cause.name}</span>}
              </li>
            ))}
          </ul>
        )
      case 'districtsServed':
        return (value as string[]).map(nameOf).join('、')
      case 'years':
        return `${value as number} 年`
      case 'publicationUrl':
        return (
          <a href={value as string} target="_blank" rel="noreferrer">
            {value as string}
          </a>
        )
      case 'parent':
      case 'organization': {
        const organization = value as { id: string; name: string }
        return <Link to={`/records/${organization.id}`}>{organization.name}</Link>
      }
    }
    if (typeof value === 'boolean') return value ? '是' : '否'
    if (Array.isArray(value)) return value.join('、')
    if (typeof value === 'object') return 'name' in value ? String(value.name) : null
    return String(value)
  }
}
