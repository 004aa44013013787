/// Which images of a role stand at which position, and how each is seen. A value of a few hundred numbers, no pixels.
package struct Batch: Sendable, Hashable {
    package let role: Role
    /// Positions hold indices inside the role: 0 ..< ``Dataset/count(of:)``.
    package let indices: [Int]
    /// nil shows whole images.
    package let augment: AugmentKey?

    package init(role: Role, indices: [Int], augment: AugmentKey? = nil) {
        self.role = role
        self.indices = indices
        self.augment = augment
    }

    package var count: Int { indices.count }

    package func view(position: Int) -> View { augment?.view(position: position) ?? .whole }
}
