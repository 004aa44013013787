import Foundations
import Glibc

/// Refuses file systems on which neither locks nor memory maps can be trusted. A deny-list: unknown ones pass.
package enum FileSystem {
    /// Beginnings of file-system types in `/proc/self/mountinfo`, and the names people know them by.
    static let networked: KeyValuePairs = [
        "nfs": "NFS", "cifs": "CIFS", "smb": "SMB", "9p": "9p", "afs": "AFS", "lustre": "Lustre", "ceph": "Ceph",
        "coda": "Coda", "ncp": "NCP", "gpfs": "GPFS", "gfs2": "GFS2", "ocfs2": "OCFS2", "beegfs": "BeeGFS",
        "orangefs": "OrangeFS", "pvfs2": "OrangeFS", "glusterfs": "GlusterFS", "fuse.sshfs": "SSHFS",
        "fuse.glusterfs": "GlusterFS", "fuse.ceph": "Ceph", "fuse.s3fs": "S3", "fuse.goofys": "S3",
        "fuse.mountpoint-s3": "S3", "fuse.gcsfuse": "GCS", "fuse.rclone": "rclone", "fuse.juicefs": "JuiceFS",
        "fuse.blobfuse": "Azure", "fuse.davfs": "WebDAV", "davfs": "WebDAV", "fuse.curlftpfs": "FTP",
    ]

    /// The name of the network file system, nil for a local or unknown one.
    package static func network(type: String) -> String? { networked.first { type.hasPrefix($0.key) }?.value }

    /// - Throws: exit 2 where `path`, or the nearest folder above it that exists, lies on a network file system.
    static func refuseNetwork(_ path: String) throws {
        var place = path
        while !Files.exists(place) && place != "/" && place != "." { place = parentFolder(of: place) }
        if let name = network(type: type(of: place)) { throw refusal(path, name) }
    }

    package static func refusal(_ path: String, _ name: String) -> StoreError {
        StoreError(
            .usage, cannot: "keep runs in", path,
            because: "it lies on a network file system (\(name)), where locks and memory maps cannot be trusted",
            hint: "use --checkpoints with a folder on a local disk, then export the result")
    }

    /// The type of the mount that holds the path: of the line of `/proc/self/mountinfo` with its device; empty if none.
    static func type(of path: String) -> String {
        var status = stat()
        guard stat(path, &status) == 0, let bytes = try? Files.read("/proc/self/mountinfo", limit: 1 << 20) else {
            return ""
        }
        let device = UInt64(status.st_dev)
        let major = device >> 8 & 0xFFF | device >> 32 & ~0xFFF
        let minor = device & 0xFF | device >> 12 & ~0xFF
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let fields = line.split(separator: " ")
            if fields.count > 4, fields[2] == "\(major):\(minor)", let dash = fields.firstIndex(of: "-"),
                dash + 1 < fields.count
            {
                return String(fields[dash + 1])
            }
        }
        return ""
    }
}
