package import Metering

/// One message of a simulated meter, with all that is true about it.
package struct SimulatedMessage: Hashable, Sendable {
  package let list: PushList
  /// When its first octet goes out.
  package let sent: UTCTime
  /// When its last octet has arrived: the time on the line and a few ms of the adapter.
  package let received: UTCTime
  /// The clock that it carries; nil when it carries none.
  package let clock: MeterClock?
  /// What a right decoder reads from it, in base units.
  package let readings: Readings
  /// The frame, flags included.
  package let octets: [UInt8]
}

/// What a message of a simulated meter is about, without the message.
package struct SimulatedMoment: Hashable, Sendable {
  package let list: PushList
  package let sent: UTCTime
  /// Net active power, W; negative towards the grid.
  package let activePower: Int64
  /// The registers that a list 3 carries.
  package let latched: EnergyCounter
  /// The registers at the moment of sending.
  package let counter: EnergyCounter
  /// The clock, in a list 3.
  package let clock: MeterClock?
}

/// A meter in a house, run through time message by message.
///
///     var meter = SimulatedMeter(model: model, seed: 1, from: start, to: end)
///     while let message = meter.next() { ... }
///     meter.hours   // the truth of every full hour between start and end
///
/// A message carries the power of the step that ended when it was sent. Power × time of the messages is therefore exactly
/// the energy of the registers.
package struct SimulatedMeter: Sequence, IteratorProtocol, Sendable {
  package let model: MeterModel
  package let start: UTCTime
  package let end: UTCTime
  /// Every full hour that has ended so far, in order.
  package private(set) var hours: [HourTruth] = []

  private var household: Household
  private var counter: EnergyCounter
  private var latched: EnergyCounter
  private var jitter: SplitMix64
  private var now: UTCTime
  private var nextStep: UTCTime
  private var nextSend: UTCTime
  private var nextHour: UTCTime
  private var nextLatch: UTCTime
  private var lastHour: (time: UTCTime, counter: EnergyCounter)?

  /// Messages are sent from `start` on, the last one before `end`.
  package init(
    model: MeterModel, seed: UInt64, hasSolar: Bool = false, from start: UTCTime, to end: UTCTime
  ) {
    self.model = model
    self.start = start
    self.end = end
    household = Household(seed: seed, wiring: model.wiring, hasSolar: hasSolar)
    counter = SimulatedMeter.history(seed: seed, hasSolar: hasSolar)
    latched = counter
    jitter = SplitMix64(seed: seed, purpose: UInt64.max)
    // One step before the hour, so that the registers of that hour are read even when the start is just after it.
    nextHour = start.floor(to: .hour)
    nextLatch = nextHour + model.timetable.registerLatch
    now = nextHour - model.timetable.period
    nextStep = now
    nextSend = model.timetable.firstSend(from: start)
  }

  package mutating func next() -> SimulatedMessage? {
    guard nextSend < end else {
      advance(to: end)
      return nil
    }
    advance(to: nextSend)
    nextSend = model.timetable.firstSend(from: nextSend + TimeSpan(milliseconds: 1))
    return message(model.timetable.list(at: now))
  }

  /// The next message as far as energy is concerned, some ten times as fast as `next`.
  package mutating func nextMoment() -> SimulatedMoment? {
    guard nextSend < end else {
      advance(to: end)
      return nil
    }
    advance(to: nextSend)
    nextSend = model.timetable.firstSend(from: nextSend + TimeSpan(milliseconds: 1))
    let list = model.timetable.list(at: now)
    return SimulatedMoment(
      list: list, sent: now, activePower: household.activePower, latched: latched, counter: counter,
      clock: list == .list3 ? clock(in: list) : nil)
  }

  private mutating func message(_ list: PushList) -> SimulatedMessage {
    var measured = list == .list1 ? household.powerReadings : household.readings
    if list == .list3 {
      let registers = latched.readings
      for register in MeterModel.registers { measured[register] = registers[register] }
    }
    let clock = clock(in: list)
    let readings = model.sent(measured, in: list)
    let octets = model.frame(list, readings: readings, clock: clock)
    let delay = TimeSpan(milliseconds: jitter.next(in: 2...25))
    return SimulatedMessage(
      list: list, sent: now, received: now + model.lineTime(of: octets.count) + delay,
      clock: model.sendsClock(in: list) ? clock : nil, readings: readings, octets: octets)
  }

  /// Aidon states the hour that the registers belong to, Kaifa and Kamstrup the moment of sending (`protocol.md` 4.2).
  private func clock(in list: PushList) -> MeterClock {
    let statesHour = model.format.form == .elements
    let wall = ClockBase(maker: model.maker).reading(at: statesHour ? now.floor(to: .hour) : now)
    guard statesHour else { return MeterClock(wall: wall, deviation: nil, status: 0) }
    let isUnspecified = model.quirks.contains(.unspecifiedDeviation)
    return MeterClock(wall: wall, deviation: isUnspecified ? nil : 0, status: isUnspecified ? nil : 0)
  }

  private mutating func advance(to target: UTCTime) {
    while now < target {
      if now == nextStep {
        household.step(from: now, lasting: model.timetable.period)
        nextStep += model.timetable.period
      }
      let until = Swift.min(target, nextStep, nextHour, nextLatch)
      counter.add(active: household.activePower, reactive: household.reactivePower, over: until - now)
      now = until
      if now == nextLatch {
        latched = counter
        nextLatch += .hour
      }
      if now == nextHour { closeHour() }
    }
  }

  private mutating func closeHour() {
    if let lastHour, lastHour.time >= start {
      hours.append(HourTruth(hour: lastHour.time, start: lastHour.counter, end: counter))
    }
    lastHour = (nextHour, counter)
    nextHour += .hour
  }

  /// What the meter counted before the simulation began.
  private static func history(seed: UInt64, hasSolar: Bool) -> EnergyCounter {
    var random = SplitMix64(seed: seed, purpose: UInt64.max - 1)
    func energy(_ kilowattHours: ClosedRange<Int64>) -> Int64 {
      random.next(in: kilowattHours) * 1000 * EnergyCounter.wattHour + random.next(in: 0...999 * EnergyCounter.wattHour)
    }
    return EnergyCounter(
      activeImport: energy(20_000...90_000), activeExport: hasSolar ? energy(800...9_000) : 0,
      reactiveImport: energy(20...900), reactiveExport: energy(2_000...9_000))
  }
}

extension MeterModel {
  /// How long `count` octets take at 2400 Bd: 8N1 for Kamstrup, 8E1 for the others (`protocol.md` 1.1, 1.4).
  package func lineTime(of count: Int) -> TimeSpan {
    TimeSpan(milliseconds: Int64(count) * (maker == .kamstrup ? 10 : 11) * 1000 / 2400)
  }
}
