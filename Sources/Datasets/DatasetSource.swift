/// Where a data set comes from.
package enum DatasetSource: Sendable, Hashable {
    case synthetic(SyntheticRecipe)
    case cifar10(folder: String)
    case cifar100(folder: String)
    case idx(folder: String)

    /// The words of `data.set`.
    package static let names = ["synthetic", "cifar10", "cifar100", "idx"]

    /// - Throws: ``DatasetError`` on an unknown name, or where a set of files has no folder.
    package init(name: String, folder: String?, recipe: SyntheticRecipe = SyntheticRecipe()) throws(DatasetError) {
        func needed() throws(DatasetError) -> String {
            guard let folder, !folder.isEmpty else {
                throw DatasetError(
                    "data.folder", "set \(name) is read from files, but no folder is given", hint: "give --data DIR")
            }
            return folder
        }
        switch name {
        case "synthetic": self = .synthetic(recipe)
        case "cifar10": self = .cifar10(folder: try needed())
        case "cifar100": self = .cifar100(folder: try needed())
        case "idx": self = .idx(folder: try needed())
        default:
            throw DatasetError(
                "data.set", "found \"\(name)\", expected one of \(Self.names.joined(separator: ", "))")
        }
    }
}

extension Dataset {
    /// Reads or draws a set.
    ///
    /// - Parameter resize: the wanted side, half of the present one; nil leaves images as they are. Constants of
    ///   normalisation stay those of the full size.
    /// - Throws: ``DatasetError``, see the readers.
    package static func open(
        _ source: DatasetSource, holdOut: HoldOut = HoldOut(), resize: Int? = nil
    ) throws(DatasetError) -> Dataset {
        let name: String
        let sets: (training: ImageSet, test: ImageSet)
        var normalisation: Normalisation?
        switch source {
        case .synthetic(let recipe): return try .synthetic(recipe, holdOut: holdOut, resize: resize)
        case .cifar10(let folder):
            (name, sets, normalisation) = ("cifar10", try CIFARFiles.cifar10.read(folder: folder), .cifar10)
        case .cifar100(let folder):
            (name, sets, normalisation) = ("cifar100", try CIFARFiles.cifar100.read(folder: folder), .cifar100)
        case .idx(let folder): (name, sets) = ("idx", try IdxFiles.read(folder: folder))
        }
        return try Dataset(
            name: name, training: try sets.training.resized(to: resize), test: try sets.test.resized(to: resize),
            holdOut: holdOut, normalisation: normalisation)
    }
}
