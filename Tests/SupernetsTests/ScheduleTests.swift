import Foundation
import Supernets
import Testing

/// Rates that PyTorch's schedulers gave: see Fixtures/make_schedule.py.
private struct Reference: Decodable {
    struct Case: Decodable {
        let name: String
        let start: Double
        let end: Double
        let shape: String
        let restart: String
        let warmUp: Double
        /// Steps of the budget, or of a round.
        let period: Int
        let rates: [Double]
    }
    let cases: [Case]

    static func load() throws -> Reference {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/schedule.json")
        return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
    }
}

@Suite struct ScheduleTests {
    /// numpy: 0.001 + (0.025 - 0.001) * (1 + cos(pi * f)) / 2.
    private static let cosine: [(Double, Double)] = [
        (0, 0.025),
        (0.001, 0.024999940782422302),
        (0.1, 0.024412678195541847),
        (0.123, 0.0241151890122288),
        (0.25, 0.02148528137423857),
        (0.3333333333333333, 0.019000000000000003),
        (0.5, 0.013000000000000001),
        (0.6180339887498949, 0.008651501319034239),
        (0.75, 0.0045147186257614305),
        (0.9, 0.0015873218044581577),
        (0.999, 0.0010000592175777015),
        (1, 0.001),
    ]

    @Test(arguments: cosine)
    func cosineIsThatOfNumpy(fraction: Double, expected: Double) {
        let rate = Schedule(start: 0.025, end: 0.001, shape: .cosine).rate(at: fraction)
        #expect(rate == Float(expected), "at \(fraction): \(rate), expected \(expected)")
    }

    @Test func fractionsAreClamped() {
        let schedule = Schedule(start: 0.025, end: 0.001, shape: .cosine)
        #expect(schedule.rate(at: -1) == 0.025 && schedule.rate(at: 2) == 0.001)
    }

    @Test func constantStays() {
        let schedule = Schedule(start: 0.005, end: 0.001, shape: .constant)
        #expect(schedule.rate(at: 0) == 0.005 && schedule.rate(at: 1) == 0.005)
    }

    /// PyTorch goes from step to step in doubles, a rate here is a float.
    @Test func ratesAreThoseOfPyTorch() throws {
        let cases = try Reference.load().cases
        #expect(cases.count == 6)
        for item in cases {
            let schedule = Schedule(
                start: item.start, end: item.end, shape: try #require(Schedule.Shape(rawValue: item.shape)),
                restart: try #require(Schedule.Restart(rawValue: item.restart)), warmUp: item.warmUp)
            for (step, expected) in item.rates.enumerated() {
                // Of a schedule that restarts only the place in the round counts, of others only the whole.
                let isRestarted = schedule.restart == .round
                let fraction = isRestarted ? 0.77 : Double(step) / Double(item.period)
                let inRound = isRestarted ? Double(step % item.period) / Double(item.period) : 0.31
                let rate = Double(schedule.rate(at: fraction, inRound: inRound))
                #expect(abs(rate - expected) <= 1e-7 * item.start, "\(item.name), step \(step)")
            }
        }
    }

    @Test func warmUpStartsAboveZeroAndEndsAtTheShape() {
        let plain = Schedule(start: 0.5, end: 0, shape: .cosine)
        let warm = Schedule(start: 0.5, end: 0, shape: .cosine, warmUp: 0.125)
        #expect(warm.rate(at: 0) == 0.005 && warm.rate(at: -1) == 0.005)
        for fraction in [0.125, 0.126, 0.5, 1] { #expect(warm.rate(at: fraction) == plain.rate(at: fraction)) }
        #expect(warm.rate(at: 0.0625) == plain.rate(at: 0.0625) / 2)
        let rates = (0...125).map { warm.rate(at: Double($0) / 1000) }
        #expect(rates.allSatisfy { $0 > 0 } && zip(rates.dropFirst(), rates.dropFirst(2)).allSatisfy { $0 < $1 })
    }

    @Test func aRestartBeginsAnew() {
        let schedule = Schedule(start: 0.5, end: 0.25, shape: .cosine, restart: .round, warmUp: 0.1)
        for inRound in [0, 0.05, 0.1, 0.6, 1] {
            let rates = [0.0, 0.3, 0.9].map { schedule.rate(at: $0, inRound: inRound) }
            #expect(Set(rates).count == 1)
        }
        #expect(schedule.rate(at: 0.5, inRound: 1) == 0.25 && schedule.rate(at: 0.5, inRound: 0) == 0.005)
    }
}
