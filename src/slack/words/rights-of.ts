import { type Agency, isOfCrew } from '../../core/agency/agency.ts';

/** Whether somebody is of dispatch, and whether of a crew. */
export function rightsOf(
  { operators, crews }: Pick<Agency, 'operators' | 'crews'>,
  userId: string,
): { isOperator: boolean; isCrew: boolean } {
  return {
    isOperator: operators.includes(userId),
    isCrew: crews.some((crew) => isOfCrew(crew, userId)),
  };
}
