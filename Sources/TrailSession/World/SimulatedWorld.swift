package import TrailCloud
internal import TrailRecord

/// The simulated cloud of a session, with what it needs of the outside.
package final class SimulatedWorld {
  package let cloud: Cloud
  /// The cloud holds it weakly.
  private let observer: any CloudObserver
  /// Where buckets lie that nobody placed elsewhere; nil where everything is kept in memory.
  let folder: SessionFolder?

  init(cloud: Cloud, observer: any CloudObserver, folder: SessionFolder?) {
    self.cloud = cloud
    self.observer = observer
    self.folder = folder
    cloud.observer = observer
  }
}
