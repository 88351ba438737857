fn wrong(n: u32) -> u32 {
    n
}
::core::compile_error! {
    "unknown option `tll`; did you mean `ttl`? there are `ttl`, `idle`, `jitter`, `ttl_with`, `stale_while_revalidate`, `stale_if_error`, `retry_after`, `refresh`, `refresh_idle`, `early`, `soft_timeout`, `hard_timeout`, `max_entries`, `max_bytes`, `weigh`, `policy`, `key`, `only`, `ignore`, `tags`, `user`, `cache`, `store`, `serializer`, `compress`, `l1`, `lock`, `on_store_error`, `cache_if`, `cache_none`, `none_ttl`, `cache_err`, `err_ttl`, `single_flight`, `preload`, `on_event`, `name`, `handle` and `crate`"
}
