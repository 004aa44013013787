/// An optional that JSON spells out: nil, and a number that is not finite, is written as `null`, where a plain optional's
/// key would be left out.
///
/// Reading takes a missing key as nil.
@propertyWrapper
package struct OrNull<Value: Codable>: Codable {
    package var wrappedValue: Value?

    package init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }

    package init(from decoder: any Decoder) throws {
        let box = try decoder.singleValueContainer()
        wrappedValue = box.decodeNil() ? nil : try box.decode(Value.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var box = encoder.singleValueContainer()
        if let number = wrappedValue as? Double, !number.isFinite { return try box.encodeNil() }
        try box.encode(wrappedValue)
    }
}

extension OrNull: Sendable where Value: Sendable {}
extension OrNull: Equatable where Value: Equatable {}
extension OrNull: Hashable where Value: Hashable {}

extension KeyedDecodingContainer {
    /// What the compiler writes calls this for a property with the wrapper.
    package func decode<Value>(_ type: OrNull<Value>.Type, forKey key: Key) throws -> OrNull<Value> {
        try decodeIfPresent(type, forKey: key) ?? OrNull(wrappedValue: nil)
    }
}
