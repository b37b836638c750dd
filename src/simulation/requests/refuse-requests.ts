import { AppError } from '../../base/errors.ts';
import { describeProblem } from '../../core/faults/problem.ts';

/** `simulation.requests`, in words for whoever has the file. */
export function refuseRequests(file: string, wrong: string, right: string, path = '(whole file)'): AppError {
  const userMessage = describeProblem({ file, path, wrong, right });
  return new AppError('request file cannot be used', { code: 'simulation.requests', userMessage });
}
