/** Who holds a role, looked up at the moment it matters. */
export interface RoleDirectory {
  isMember(role: string, userId: string): Promise<boolean>;
  /** False for deactivated members: they decide nothing, whatever a list still says. */
  isActive(userId: string): Promise<boolean>;
}
