-- The full-text index: core/store/fulltext.h. Written by core/search.
{fulltext}
